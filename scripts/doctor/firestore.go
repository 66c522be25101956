package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	firebaserules "google.golang.org/api/firebaserules/v1"
	firestore "google.golang.org/api/firestore/v1"
)

// databaseID is the database that the functions work in.
func (c *cloud) databaseID(r *report) string {
	if env := c.environment(r); env != nil {
		return env["FIRESTORE_DATABASE"]
	}
	return ""
}

// database looks whether the database is there, is of the right kind, and can be restored, and whether the functions may work in it.
func (c *cloud) database(ctx context.Context, r *report) {
	id := c.databaseID(r)
	if id == "" {
		return
	}
	d, got := look(r, "datastore.databases.getMetadata", "the database "+id, func() (*firestore.GoogleFirestoreAdminV1Database, error) {
		return c.firestore.Projects.Databases.Get(c.in("databases/" + id)).Context(ctx).Do()
	})
	switch {
	case got == absent:
		r.fail(deploy, "there is no database %s", id)
		return
	case got == unknown:
		return
	}
	update := func(flag string) string {
		return fmt.Sprintf("gcloud firestore databases update --database='%s' --project=%s %s", id, c.project, flag)
	}
	if d.Type != "FIRESTORE_NATIVE" {
		r.fail("set firestore_database in terraform/ENVIRONMENT.tfvars to another name, and "+deploy, "%s is %s, want FIRESTORE_NATIVE", id, d.Type)
	}
	if d.PointInTimeRecoveryEnablement != "POINT_IN_TIME_RECOVERY_ENABLED" {
		r.fail(update("--enable-pitr"), "nothing of the last days can be restored: point-in-time recovery is off")
	}
	if d.DeleteProtectionState != "DELETE_PROTECTION_ENABLED" {
		r.fail(update("--delete-protection"), "the database can be deleted by one command")
	}
	policy, got := look(r, "resourcemanager.projects.getIamPolicy", "who may work in the database", c.policy)
	if got != there {
		return
	}
	for _, name := range sorted(c.want.Functions) {
		if !holds(policy, "roles/datastore.user", c.email(name)) {
			r.fail(deploy, "%s may not work in the database", name)
		}
	}
	r.found("%s in %s, with point-in-time recovery", id, d.LocationId)
}

// indexes looks whether each index that a query uses is ready, and whether no field is indexed that none uses.
func (c *cloud) indexes(ctx context.Context, r *report) {
	id := c.databaseID(r)
	if id == "" {
		return
	}
	states := map[string]string{}
	_, got := look(r, "datastore.indexes.list", "the indexes", func() (any, error) {
		return nil, c.firestore.Projects.Databases.CollectionGroups.Indexes.List(c.in("databases/"+id+"/collectionGroups/-")).Pages(ctx, func(page *firestore.GoogleFirestoreAdminV1ListIndexesResponse) error {
			for _, ix := range page.Indexes {
				states[part(ix.Name, "collectionGroups")+" "+directions(ix.Fields)] = ix.State
			}
			return nil
		})
	})
	fields, gotFields := c.fields(ctx, r, id)
	if got == absent || gotFields == absent {
		r.skip("there is no database %s, see firestore", id)
		return
	}
	if got == there {
		for _, ix := range c.want.Indexes.Indexes {
			var of []*firestore.GoogleFirestoreAdminV1IndexField
			for _, f := range ix.Fields {
				of = append(of, &firestore.GoogleFirestoreAdminV1IndexField{FieldPath: f.FieldPath, Order: f.Order})
			}
			c.judgeIndex(r, id, ix.CollectionGroup+" "+directions(of), states[ix.CollectionGroup+" "+directions(of)])
		}
	}
	if gotFields == there {
		c.fieldIndexes(r, id, fields)
	}
	r.found("%d and those of single fields are ready", len(c.want.Indexes.Indexes))
}

func (c *cloud) judgeIndex(r *report, database, index, state string) {
	switch state {
	case "READY":
	case "CREATING":
		r.fail(fmt.Sprintf("wait: gcloud firestore operations list --database='%s' --project=%s shows how far it is", database, c.project), "the index on %s is still being made, and queries that use it fail", index)
	case "":
		r.fail(deploy, "there is no index on %s", index)
	default:
		r.fail(deploy, "the index on %s is %s", index, state)
	}
}

// fieldIndexes looks at the indexes of single fields.
func (c *cloud) fieldIndexes(r *report, database string, fields map[string]*firestore.GoogleFirestoreAdminV1Field) {
	for _, o := range c.want.Indexes.FieldOverrides {
		name := o.CollectionGroup + "/" + o.FieldPath
		f := fields[name]
		if f == nil || f.IndexConfig == nil {
			switch {
			case o.FieldPath == "*":
				r.fail(deploy, "every field of %s is indexed, subjects and bodies among them", o.CollectionGroup)
			case len(o.Indexes) > 0:
				c.judgeIndex(r, database, name, "")
			}
			continue
		}
		for _, want := range o.Indexes {
			state := ""
			for _, ix := range f.IndexConfig.Indexes {
				if ix.QueryScope == "COLLECTION" && len(ix.Fields) == 1 && ix.Fields[0].Order == want.Order {
					state = ix.State
				}
			}
			c.judgeIndex(r, database, name+" "+strings.ToLower(want.Order), state)
		}
	}
}

// expiry looks whether Firestore removes what has expired.
func (c *cloud) expiry(ctx context.Context, r *report) {
	id := c.databaseID(r)
	if id == "" {
		return
	}
	fields, got := c.fields(ctx, r, id)
	switch got {
	case absent:
		r.skip("there is no database %s, see firestore", id)
		return
	case unknown:
		return
	}
	n := 0
	for _, o := range c.want.Indexes.FieldOverrides {
		if !o.TTL {
			continue
		}
		n++
		state := "off"
		if f := fields[o.CollectionGroup+"/"+o.FieldPath]; f != nil && f.TtlConfig != nil {
			state = f.TtlConfig.State
		}
		if state != "ACTIVE" && state != "CREATING" {
			r.fail(fmt.Sprintf("gcloud firestore fields ttls update %s --collection-group=%s --enable-ttl --database='%s' --project=%s", o.FieldPath, o.CollectionGroup, id, c.project),
				"what expires in %s stays for ever: its time to live is %s", o.CollectionGroup, state)
		}
	}
	r.found("%d collections have a time to live", n)
}

// fields are the fields that have settings of their own, by collection and path.
func (c *cloud) fields(ctx context.Context, r *report, database string) (map[string]*firestore.GoogleFirestoreAdminV1Field, outcome) {
	out := map[string]*firestore.GoogleFirestoreAdminV1Field{}
	_, got := look(r, "datastore.indexes.list", "the fields", func() (any, error) {
		for _, filter := range []string{"indexConfig.usesAncestorConfig:false", "ttlConfig:*"} { // Firestore takes these two alone
			err := c.firestore.Projects.Databases.CollectionGroups.Fields.List(c.in("databases/"+database+"/collectionGroups/-")).Filter(filter).
				Pages(ctx, func(page *firestore.GoogleFirestoreAdminV1ListFieldsResponse) error {
					for _, f := range page.Fields {
						out[part(f.Name, "collectionGroups")+"/"+part(f.Name, "fields")] = f
					}
					return nil
				})
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return out, got
}

// part is what comes after a word in a resource's name.
func part(name, word string) string {
	_, rest, _ := strings.Cut(name, "/"+word+"/")
	rest, _, _ = strings.Cut(rest, "/")
	return rest
}

// directions tells the fields of an index and which way each goes.
func directions(fields []*firestore.GoogleFirestoreAdminV1IndexField) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.FieldPath+" "+strings.ToLower(f.Order))
	}
	return strings.Join(words, ", ")
}

// rules looks whether Firestore denies every client but those that come in by IAM.
func (c *cloud) rules(ctx context.Context, r *report) {
	id := c.databaseID(r)
	if id == "" {
		return
	}
	name := "releases/cloud.firestore"
	if id != "(default)" {
		name += "/" + id
	}
	release, got := look(r, "firebaserules.releases.get", "the rules that are in force", func() (*firebaserules.Release, error) {
		return c.rulesets.Projects.Releases.Get(c.in(name)).Context(ctx).Do()
	})
	switch got {
	case absent:
		r.fail(deploy, "no rules are in force")
		return
	case unknown:
		return
	}
	set, got := look(r, "firebaserules.rulesets.get", "the rules", func() (*firebaserules.Ruleset, error) {
		return c.rulesets.Projects.Rulesets.Get(release.RulesetName).Context(ctx).Do()
	})
	if got != there {
		return
	}
	if set.Source == nil || !slices.ContainsFunc(set.Source.Files, func(f *firebaserules.File) bool { return f.Content == c.want.Rules }) {
		r.fail(deploy, "other rules are in force than terraform/firestore.rules, which deny every client")
	}
	r.found("every client is denied")
}
