package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The plot is drawn here: it is one chart of bars, which gonum/plot would bring nine more modules for into a go.mod that every function is deployed with.

const (
	plotWidth  = 900
	plotLabels = 260 // width of the names
	plotBar    = 18
	plotGap    = 6
	plotTop    = 48
)

// svg is the throughput of each run, as bars on a logarithmic scale.
func (r *results) svg() string {
	var bars []row
	most := 10.0
	for _, x := range r.Rows {
		if x.Unit == "message" && x.P50 == 0 {
			bars, most = append(bars, x), math.Max(most, x.PerSecond)
		}
	}
	decades := math.Ceil(math.Log10(most))
	height := plotTop + len(bars)*(plotBar+plotGap) + 30
	scale := func(v float64) float64 {
		return float64(plotWidth-plotLabels-80) * math.Log10(math.Max(v, 1)) / decades
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img" aria-label="Messages a second">`+"\n", plotWidth, height, plotWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n"+`<text x="10" y="22" font-size="15">Messages a second, from Gmail to the durable store (logarithmic)</text>`+"\n", plotWidth, height)
	for d := 0.0; d <= decades; d++ {
		x := float64(plotLabels) + scale(math.Pow(10, d))
		fmt.Fprintf(&b, `<line x1="%.0f" x2="%.0f" y1="%d" y2="%d" stroke="#ddd"/><text x="%.0f" y="%d" text-anchor="middle" fill="#555">%.0f</text>`+"\n", x, x, plotTop-8, height-24, x, height-8, math.Pow(10, d))
	}
	for i, x := range bars {
		y := plotTop + i*(plotBar+plotGap)
		fill := "#2b6cb0"
		if x.CallMS > 0 {
			fill = "#90b4d8"
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/><text x="%.1f" y="%d">%.0f</text>`+"\n",
			plotLabels-8, y+13, html.EscapeString(x.Name), plotLabels, y, scale(x.PerSecond), plotBar, fill, float64(plotLabels)+scale(x.PerSecond)+6, y+13, x.PerSecond)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
