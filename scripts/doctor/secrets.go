package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	cloudresourcemanager "google.golang.org/api/cloudresourcemanager/v3"
	secretmanager "google.golang.org/api/secretmanager/v1"
	storage "google.golang.org/api/storage/v1"
)

// secrets looks whether the secrets of the configuration are there, in the region, with the version that the functions use, and whether each function may read them. It reads none.
func (c *cloud) secrets(ctx context.Context, r *report) {
	used := c.secretVersions(r)
	for _, variable := range sorted(c.want.Secrets) {
		id := c.want.Secrets[variable]
		s, got := look(r, "secretmanager.secrets.get", "the secret "+id, func() (*secretmanager.Secret, error) {
			return c.vault.Projects.Secrets.Get(c.in("secrets/" + id)).Context(ctx).Do()
		})
		if got == absent {
			r.fail(deploy, "there is no secret %s", id)
		}
		if got != there {
			continue
		}
		if in := regions(s); !slices.Equal(in, []string{c.region}) {
			r.fail(fmt.Sprintf("gcloud secrets delete %s --project=%s && %s; its value must then be added again (terraform/README.md)", id, c.project, deploy), "%s is kept in %s, want %s alone", id, strings.Join(in, ", "), c.region)
		}
		version := used[variable]
		if version == "" {
			version = "latest"
		}
		add := fmt.Sprintf("gcloud secrets versions add %s --project=%s --data-file=-", id, c.project)
		v, got := look(r, "secretmanager.versions.get", "the version of "+id, func() (*secretmanager.SecretVersion, error) {
			return c.vault.Projects.Secrets.Versions.Get(c.in("secrets/" + id + "/versions/" + version)).Context(ctx).Do()
		})
		switch {
		case got == absent:
			r.fail(add, "%s has no version %s", id, version)
		case got == there && v.State == "DISABLED":
			r.fail(fmt.Sprintf("gcloud secrets versions enable %s --secret=%s --project=%s", lastOf(v.Name), id, c.project), "version %s of %s, which the functions use, is disabled", lastOf(v.Name), id)
		case got == there && v.State != "ENABLED":
			r.fail(add+"; then raise its number in secret_versions of terraform/ENVIRONMENT.tfvars, and "+deploy, "version %s of %s, which the functions use, is %s", lastOf(v.Name), id, v.State)
		}
		policy, got := look(r, "secretmanager.secrets.getIamPolicy", "who may read "+id, func() (*secretmanager.Policy, error) {
			return c.vault.Projects.Secrets.GetIamPolicy(c.in("secrets/" + id)).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
		})
		if got != there {
			continue
		}
		var members []string
		for _, b := range policy.Bindings {
			if b.Role == "roles/secretmanager.secretAccessor" {
				members = append(members, b.Members...)
			}
		}
		for _, name := range sorted(c.want.Functions) {
			if m := "serviceAccount:" + c.email(name); !slices.Contains(members, m) {
				r.fail(fmt.Sprintf("gcloud secrets add-iam-policy-binding %s --member=%s --role=roles/secretmanager.secretAccessor --project=%s", id, m, c.project), "%s may not read %s, and does not start", name, id)
			}
		}
	}
	r.found("%d, each in %s, with the version that is used", len(c.want.Secrets), c.region)
}

// secretVersions are the versions that the functions use, by variable.
func (c *cloud) secretVersions(r *report) map[string]string {
	out := map[string]string{}
	all, got := look(r, "cloudfunctions.functions.list", "which versions the functions use", c.deployed)
	if got != there {
		return out
	}
	for _, f := range all {
		for _, s := range f.ServiceConfig.SecretEnvironmentVariables {
			out[s.Key] = s.Version
		}
	}
	return out
}

// regions are where a secret is kept.
func regions(s *secretmanager.Secret) (in []string) {
	if s.Replication == nil || s.Replication.UserManaged == nil {
		return []string{"regions of Google's choice"}
	}
	for _, replica := range s.Replication.UserManaged.Replicas {
		in = append(in, replica.Location)
	}
	return in
}

// holds tells whether a service account has a role in the project, on whatever condition.
func holds(p *cloudresourcemanager.Policy, role, email string) bool {
	return slices.ContainsFunc(p.Bindings, func(b *cloudresourcemanager.Binding) bool {
		return b.Role == role && slices.Contains(b.Members, "serviceAccount:"+email)
	})
}

// Roles that let whoever has them on the project at every secret.
var overAllSecrets = []string{
	"roles/owner", "roles/editor", "roles/secretmanager.admin", "roles/secretmanager.secretAccessor", "roles/secretmanager.secretVersionManager", "roles/secretmanager.secretVersionAdder",
}

// tokens looks whether each function may do with mailboxes' tokens what it must, and none more: access goes by the beginning of the secrets' names.
func (c *cloud) tokens(_ context.Context, r *report) {
	env := c.environment(r)
	policy, got := look(r, "resourcemanager.projects.getIamPolicy", "who may use mailboxes' tokens", c.policy)
	number := c.number(r)
	if env == nil || got != there || number == "" {
		return
	}
	roles := map[string]string{
		"read": "roles/secretmanager.secretAccessor", "add": "roles/secretmanager.secretVersionAdder",
		"destroy": c.in("roles/" + c.want.TokenDestroyer), "create": c.in("roles/" + c.want.TokenCreator),
	}
	prefix := fmt.Sprintf(`resource.name.startsWith("projects/%s/secrets/%s")`, number, env["SECRET_PREFIX"])
	may := func(name, right string) bool {
		return slices.ContainsFunc(policy.Bindings, func(b *cloudresourcemanager.Binding) bool {
			conditional := b.Condition != nil && b.Condition.Expression == prefix || right == "create" && b.Condition == nil
			return b.Role == roles[right] && conditional && slices.Contains(b.Members, "serviceAccount:"+c.email(name))
		})
	}
	for _, name := range sorted(c.want.Functions) {
		rights := c.want.Functions[name].Tokens
		if slices.Contains(rights, "add") {
			rights = append(slices.Clone(rights), "create") // a mailbox's first token makes its secret
		}
		for _, right := range rights {
			if !may(name, right) {
				r.fail(deploy, "%s may not %s mailboxes' tokens: it has not %s for secrets whose name begins with %s", name, right, lastOf(roles[right]), env["SECRET_PREFIX"])
			}
		}
		for _, b := range policy.Bindings {
			if b.Condition == nil && slices.Contains(overAllSecrets, b.Role) && slices.Contains(b.Members, "serviceAccount:"+c.email(name)) {
				r.fail(fmt.Sprintf("gcloud projects remove-iam-policy-binding %s --member=serviceAccount:%s --role=%s --condition=None", c.project, c.email(name), b.Role), "%s has %s on the project: every secret is open to it", name, b.Role)
			}
		}
	}
	r.found("each function may do with mailboxes' tokens what it must, and no more")
}

// bucket looks whether attachments have their place, which the public can't reach and the functions can.
func (c *cloud) bucket(ctx context.Context, r *report) {
	env := c.environment(r)
	if env == nil {
		return
	}
	name := env["BLOBS_BUCKET"]
	b, got := look(r, "storage.buckets.get", "the bucket "+name, func() (*storage.Bucket, error) { return c.storage.Buckets.Get(name).Context(ctx).Do() })
	switch got {
	case absent:
		r.fail(deploy, "there is no bucket %s", name)
		return
	case unknown:
		return
	}
	update := func(flag string) string {
		return fmt.Sprintf("gcloud storage buckets update gs://%s --project=%s %s", name, c.project, flag)
	}
	access := b.IamConfiguration
	if access == nil {
		access = &storage.BucketIamConfiguration{}
	}
	if access.PublicAccessPrevention != "enforced" {
		r.fail(update("--public-access-prevention"), "somebody could make attachments public")
	}
	if access.UniformBucketLevelAccess == nil || !access.UniformBucketLevelAccess.Enabled {
		r.fail(update("--uniform-bucket-level-access"), "single objects may have access lists of their own")
	}
	if !strings.EqualFold(b.Location, c.region) {
		r.fail("make another environment in the right region: a bucket can't be moved", "attachments lie in %s, want %s", b.Location, c.region)
	}
	if b.Versioning != nil && b.Versioning.Enabled {
		r.fail(update("--no-versioning"), "a removed attachment stays as an old version")
	}
	policy, got := look(r, "storage.buckets.getIamPolicy", "who may use the bucket", func() (*storage.Policy, error) {
		return c.storage.Buckets.GetIamPolicy(name).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
	})
	if got != there {
		return
	}
	var members []string
	for _, binding := range policy.Bindings {
		members = append(members, binding.Members...)
	}
	for _, f := range sorted(c.want.Functions) {
		if c.want.Functions[f].Blobs != "none" && !slices.Contains(members, "serviceAccount:"+c.email(f)) {
			r.fail(deploy, "%s may not use the bucket", f)
		}
	}
	for _, everybody := range []string{"allUsers", "allAuthenticatedUsers"} {
		if slices.Contains(members, everybody) {
			r.fail(fmt.Sprintf("gcloud storage buckets remove-iam-policy-binding gs://%s --member=%s --all", name, everybody), "%s may read attachments", everybody)
		}
	}
	r.found("%s in %s, closed to the public", name, c.region)
}
