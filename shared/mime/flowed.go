package mime

import "strings"

// unflow joins the lines of format=flowed text to paragraphs (RFC 3676 section 4). delSp says that the blank at the end of a flowed line is no
// part of the text, as in languages that are written without blanks.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	begun, open, openDepth := false, false, 0 // open: the last line written goes on in the next
	for line := range strings.SplitSeq(text, "\n") {
		rest := strings.TrimLeft(line, ">")
		depth := len(line) - len(rest)
		rest = strings.TrimPrefix(rest, " ") // stuffed
		signature := rest == "-- "
		if !open || depth != openDepth || signature || rest == "" { // an empty line always parts paragraphs
			if begun {
				out.WriteByte('\n')
			}
			out.WriteString(strings.Repeat(">", depth))
			if depth > 0 && rest != "" {
				out.WriteByte(' ')
			}
		}
		begun, open, openDepth = true, strings.HasSuffix(rest, " ") && !signature, depth
		if open && delSp {
			rest = strings.TrimSuffix(rest, " ")
		}
		out.WriteString(rest)
	}
	return out.String()
}
