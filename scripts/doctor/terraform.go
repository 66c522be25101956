package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// expected is what should be there. It is read from the Terraform itself, so that there is no second list to keep: what the code says of itself (code.json), the indexes, and those values
// of the configuration that depend on no server.
type expected struct {
	Functions map[string]wantedFunction
	Queues    map[string]string // the function that each calls
	Topics    map[string]string // events, notifications: the names
	Variables []variable
	Services  []string          // APIs
	Secrets   map[string]string // the secret of each secret variable
	Indexes   firestoreIndexes
	Rules     string // of Firestore

	PushSubscription   string
	PushAckDeadline    int64
	EventsSubscription string
	SweepJob           string
	TokenDestroyer     string // custom roles
	TokenCreator       string
}

// wantedFunction is one function: who calls it, and what it may use.
type wantedFunction struct {
	Trigger string   `json:"trigger"`
	Ingress string   `json:"-"`
	Queues  []string `json:"queues"`
	Events  bool     `json:"events"`
	Tokens  []string `json:"tokens"` // read, add, destroy
	Blobs   string   `json:"blobs"`  // none, read, write, collect
}

// variable of a function's environment.
type variable struct {
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Secret   bool   `json:"secret"`
	Emulator bool   `json:"emulator"`
}

// firestoreIndexes have the form of Firebase's tools.
type firestoreIndexes struct {
	Indexes []struct {
		CollectionGroup string `json:"collectionGroup"`
		Fields          []struct {
			FieldPath string `json:"fieldPath"`
			Order     string `json:"order"`
		} `json:"fields"`
	} `json:"indexes"`
	FieldOverrides []struct {
		CollectionGroup string `json:"collectionGroup"`
		FieldPath       string `json:"fieldPath"`
		TTL             bool   `json:"ttl"`
		Indexes         []struct {
			Order string `json:"order"`
		} `json:"indexes"`
	} `json:"fieldOverrides"`
}

// deadLettersOf is the name of the topic that takes another's dead letters, and of the subscription on it.
func deadLettersOf(topic string) string { return topic + "-dead-letters" }

// expectations reads Terraform's folder.
func expectations(dir string) (*expected, error) {
	t, err := readTerraform(dir)
	if err != nil {
		return nil, err
	}
	e := &expected{}
	var code struct {
		Queues    map[string]string `json:"queues"`
		Topics    map[string]string `json:"topics"`
		Variables []variable        `json:"variables"`
	}
	if err := readJSON(filepath.Join(dir, "code.json"), &code); err != nil {
		return nil, err
	}
	e.Queues, e.Topics, e.Variables = code.Queues, code.Topics, code.Variables
	if err := readJSON(filepath.Join(dir, "firestore.indexes.json"), &e.Indexes); err != nil {
		return nil, err
	}
	rules, err := os.ReadFile(filepath.Join(dir, "firestore.rules"))
	if err != nil {
		return nil, fmt.Errorf("read Firestore's rules: %w", err)
	}
	e.Rules = string(rules)

	var ingress map[string]string
	dead := map[string]string{"topic": "", "subscription": ""}
	for _, v := range []struct {
		expression string
		into       any
	}{
		{"local.functions", &e.Functions}, {"local.ingress", &ingress}, {"local.services", &e.Services}, {"{ for name, s in local.secrets : name => s.id }", &e.Secrets},
		{"google_pubsub_subscription.notifications.name", &e.PushSubscription}, {"google_pubsub_subscription.notifications.ack_deadline_seconds", &e.PushAckDeadline},
		{"google_pubsub_subscription.events.name", &e.EventsSubscription}, {"google_cloud_scheduler_job.labelsweep.name", &e.SweepJob},
		{"google_project_iam_custom_role.token_destroyer.role_id", &e.TokenDestroyer}, {"google_project_iam_custom_role.token_creator.role_id", &e.TokenCreator},
	} {
		if err := t.read(v.expression, v.into); err != nil {
			return nil, err
		}
	}
	t.each = "T"
	for kind := range dead {
		var name string
		if err := t.read("google_pubsub_"+kind+".dead_letters.name", &name); err != nil {
			return nil, err
		}
		if name != deadLettersOf("T") {
			return nil, fmt.Errorf("the Terraform names the %s of T's dead letters %s, want %s", kind, name, deadLettersOf("T"))
		}
	}
	for name, f := range e.Functions {
		f.Ingress = ingress[f.Trigger]
		e.Functions[name] = f
	}
	slices.Sort(e.Services)
	return e, nil
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read what should be there: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// terraform is a configuration, of which values can be read that no server and no state is needed for.
type terraform struct {
	dir       string
	locals    map[string]hcl.Expression
	resources map[string]*hclsyntax.Body // by type and name
	defaults  map[string]hcl.Expression  // of variables
	each      string                     // the value of each.value
}

func readTerraform(dir string) (*terraform, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("there is no Terraform in %s", dir)
	}
	t := &terraform{dir: dir, locals: map[string]hcl.Expression{}, resources: map[string]*hclsyntax.Body{}, defaults: map[string]hcl.Expression{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the Terraform: %w", err)
		}
		parsed, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, fmt.Errorf("read the Terraform: %w", diags)
		}
		body, isNative := parsed.Body.(*hclsyntax.Body)
		if !isNative {
			return nil, fmt.Errorf("read %s: a body of type %T", file, parsed.Body)
		}
		for _, b := range body.Blocks {
			switch {
			case b.Type == "locals":
				for name, a := range b.Body.Attributes {
					t.locals[name] = a.Expr
				}
			case b.Type == "resource" && len(b.Labels) == 2:
				t.resources[b.Labels[0]+"."+b.Labels[1]] = b.Body
			case b.Type == "variable" && len(b.Labels) == 1:
				if a := b.Body.Attributes["default"]; a != nil {
					t.defaults[b.Labels[0]] = a.Expr
				}
			}
		}
	}
	return t, nil
}

// read evaluates an expression, such as local.functions, into a Go value by way of JSON.
func (t *terraform) read(expression string, into any) error {
	expr, diags := hclsyntax.ParseExpression([]byte(expression), "doctor", hcl.InitialPos)
	if diags.HasErrors() {
		return fmt.Errorf("read %s: %w", expression, diags)
	}
	v, err := t.value(expr)
	if err != nil {
		return fmt.Errorf("read %s of the Terraform: %w", expression, err)
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return fmt.Errorf("read %s of the Terraform: %w", expression, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %s of the Terraform: %w", expression, err)
	}
	return nil
}

// value evaluates an expression and what it refers to.
func (t *terraform) value(expr hcl.Expression) (cty.Value, error) {
	ctx := &hcl.EvalContext{Functions: terraformFunctions, Variables: map[string]cty.Value{}}
	scope := map[string]map[string]cty.Value{"local": {}, "var": {}, "each": {"value": cty.StringVal(t.each)}, "path": {"module": cty.StringVal(t.dir)}}
	for _, ref := range expr.Variables() {
		root, first, second := ref.RootName(), attribute(ref, 1), attribute(ref, 2)
		var found hcl.Expression
		switch root {
		case "each", "path":
			continue
		case "local":
			found = t.locals[first]
		case "var":
			scope["var"][first] = t.variable(first)
			continue
		default:
			if b := t.resources[root+"."+first]; b != nil && b.Attributes[second] != nil {
				found = b.Attributes[second].Expr
			}
		}
		if found == nil {
			return cty.NilVal, fmt.Errorf("there is no %s.%s to be read", root, first)
		}
		v, err := t.value(found)
		if err != nil {
			return cty.NilVal, err
		}
		if root == "local" {
			scope[root][first] = v
			continue
		}
		ctx.Variables[root] = cty.ObjectVal(map[string]cty.Value{first: cty.ObjectVal(map[string]cty.Value{second: v})})
	}
	for name, values := range scope {
		ctx.Variables[name] = cty.ObjectVal(values)
	}
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return v, nil
}

// variable is what a variable is by itself; unknown where that is for each environment to say.
func (t *terraform) variable(name string) cty.Value {
	if t.defaults[name] == nil {
		return cty.DynamicVal
	}
	v, diags := t.defaults[name].Value(nil)
	if diags.HasErrors() || v.Type().IsObjectType() { // an object may have attributes that its default does not name
		return cty.DynamicVal
	}
	return v
}

// attribute is the name of a step of a reference: functions is the first of local.functions.
func attribute(ref hcl.Traversal, i int) string {
	if i < len(ref) {
		if a, isName := ref[i].(hcl.TraverseAttr); isName {
			return a.Name
		}
	}
	return ""
}

// terraformFunctions are those of Terraform's that what is read here uses.
var terraformFunctions = map[string]function.Function{
	"setunion":   stdlib.SetUnionFunc,
	"jsondecode": stdlib.JSONDecodeFunc,
	"toset": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "v", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Set(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return convert.Convert(args[0], cty.Set(cty.String))
		},
	}),
	"file": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := os.ReadFile(args[0].AsString())
			return cty.StringVal(string(text)), err
		},
	}),
}

// sorted are the names of a map, in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
