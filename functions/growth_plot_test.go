package functions_test

import (
	"fmt"
	"math"
	"strings"
)

// plot draws the curves: documents read and written together, one small picture for each thing that grows, both axes logarithmic. A flat line is what is wanted.
func plot(all []curve) string {
	const (
		width, height = 230.0, 150.0
		left, top     = 40.0, 34.0
		lowest, most  = 1.0, 200.0 // documents
	)
	colours := []string{"#1b6ca8", "#c0392b", "#1e8449", "#8e44ad"}
	x := func(n int) float64 {
		return left + (width-left-12)*math.Log10(float64(n))/math.Log10(float64(growthSizes[len(growthSizes)-1]))
	}
	y := func(n int) float64 {
		return top + (height-top-24)*(1-math.Log10(max(float64(n), lowest))/math.Log10(most))
	}
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="sans-serif" font-size="9">`+"\n", width*2, height*2+20+12*float64(len(growthWorks)))
	out.WriteString("<title>Documents read and written by a piece of work, as what is there grows</title>\n")
	for i, growth := range growths {
		fmt.Fprintf(&out, `<g transform="translate(%.0f %.0f)"><text x="%.0f" y="20" font-size="11">%s</text>`+"\n", width*float64(i%2), height*float64(i/2), left, growth.name)
		for _, n := range growthSizes {
			fmt.Fprintf(&out, `<text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`+"\n", x(n), height-10, n)
		}
		for _, n := range []int{1, 10, 100} {
			fmt.Fprintf(&out, `<path d="M%.1f %.1fH%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end">%d</text>`+"\n", left, y(n), width-12, left-4, y(n)+3, n)
		}
		work := 0
		for _, c := range all {
			if c.growth != growth.name {
				continue
			}
			var line []string
			for k, at := range c.at {
				line = append(line, fmt.Sprintf("%.1f,%.1f", x(growthSizes[k]), y(at.read+at.written)))
			}
			fmt.Fprintf(&out, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", strings.Join(line, " "), colours[work])
			work++
		}
		out.WriteString("</g>\n")
	}
	for i, work := range growthWorks {
		at := height*2 + 12 + 12*float64(i)
		fmt.Fprintf(&out, `<path d="M%.0f %.1fh20" stroke="%s" stroke-width="1.5"/><text x="%.0f" y="%.1f">documents read and written by: %s</text>`+"\n", left, at-3, colours[i], left+26, at, work.name)
	}
	out.WriteString("</svg>\n")
	return out.String()
}
