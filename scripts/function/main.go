package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	"github.com/trakstar/hire-gmail/functions"
)

func main() {
	if err := serve(os.Getenv("FUNCTION_TARGET"), os.Getenv("PORT")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(target, port string) error {
	all := functions.All()
	if all[target] == nil {
		return fmt.Errorf("FUNCTION_TARGET is %q; set one of: %s", target, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	if port == "" {
		return fmt.Errorf("PORT is missing; set the port to serve at, such as 8081")
	}
	if err := funcframework.StartHostPort("127.0.0.1", port); err != nil {
		return fmt.Errorf("serve %s: %w", target, err)
	}
	return nil
}
