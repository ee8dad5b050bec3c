package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"switchboard/engine"
)

// Markdown writes what [Text] does, for whatever shows Markdown. What comes from outside
// is text there and nothing else: no link, no mark, no tag.
func Markdown(w io.Writer, r engine.Record, zone *time.Location) error {
	p := pageOf(r, zone)
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# %s\n\n", p.title)
	for _, f := range p.facts {
		fmt.Fprintf(out, "- **%s:** %s\n", f.name, inMarkdown(f.text))
	}
	for _, l := range p.lists {
		fmt.Fprintf(out, "\n## %s\n\n", l.title)
		for _, line := range l.lines {
			fmt.Fprintf(out, "- %s\n", inMarkdown(line))
		}
	}
	fmt.Fprint(out, "\n## What was said\n\n")
	if len(p.talk) == 0 {
		fmt.Fprintln(out, "Nothing was heard.")
	} else {
		fmt.Fprint(out, "| Time | Who | Polarity | |\n|---|---|---:|---|\n")
	}
	for _, s := range p.talk {
		at, text := s.at.In(zone).Format("15:04:05"), inMarkdown(s.text)
		if s.who == "" {
			text = "*" + text + "*"
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", at, inMarkdown(s.who), s.mood, text)
	}
	for _, said := range p.closing() {
		fmt.Fprintf(out, "\n%s\n", inMarkdown(said))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the call: %w", err)
	}
	return nil
}

// Whatever Markdown, or HTML within it, would read as more than text.
var markdown = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "://", "&#58;//",
)

func inMarkdown(text string) string { return markdown.Replace(text) }
