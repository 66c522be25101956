package mime

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used. There are many here, some long and in many languages, and a process that has no mail to read
// yet has other things to do at its start.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
