package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
)

// A list of what a program is made of, as CycloneDX 1.5 writes it (cyclonedx.org). It
// has neither a date nor a serial number, so that the same program has the same list.
type billJSON struct {
	Format     string          `json:"bomFormat"`
	Spec       string          `json:"specVersion"`
	Version    int             `json:"version"`
	Metadata   metadataJSON    `json:"metadata"`
	Components []componentJSON `json:"components"`
}

type metadataJSON struct {
	Component componentJSON `json:"component"`
}

type componentJSON struct {
	Type     string        `json:"type"`
	Ref      string        `json:"bom-ref"`
	Name     string        `json:"name"`
	Version  string        `json:"version,omitempty"`
	URL      string        `json:"purl,omitempty"`
	Licences []licenceJSON `json:"licenses,omitempty"`
}

type licenceJSON struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

// bill returns the list for the program in a file. What is in it Go has written into it;
// the licences are those of the libraries that are linked on any platform.
func bill(file string, libraries []library) ([]byte, error) {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read what %s is made of: %w", file, err)
	}
	b := billJSON{Format: "CycloneDX", Spec: "1.5", Version: 1}
	b.Metadata.Component = componentJSON{Type: "application", Ref: "switchboard", Name: "switchboard", Version: versionOf(info), Licences: named("MIT")}
	b.Components = append(b.Components, componentJSON{
		Type: "library", Ref: goItself, Name: goItself, Version: strings.TrimPrefix(info.GoVersion, "go"),
		URL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Licences: named("BSD-3-Clause"),
	})
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		i := slices.IndexFunc(libraries, func(l library) bool { return l.path == m.Path })
		if i < 0 {
			return nil, fmt.Errorf("%s is in %s, but not among what is linked for %s", m.Path, file, strings.Join(platforms, ", "))
		}
		url := "pkg:golang/" + m.Path + "@" + m.Version
		b.Components = append(b.Components, componentJSON{
			Type: "library", Ref: url, Name: m.Path, Version: m.Version, URL: url, Licences: named(libraries[i].licences...),
		})
	}
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// versionOf returns what -ldflags called the program, or what Go calls it.
func versionOf(info *debug.BuildInfo) string {
	for _, s := range info.Settings {
		if s.Key != "-ldflags" {
			continue
		}
		if _, v, ok := strings.Cut(s.Value, "main.version="); ok {
			v, _, _ = strings.Cut(v, " ")
			return strings.Trim(v, `'"`)
		}
	}
	return info.Main.Version
}

func named(ids ...string) []licenceJSON {
	all := make([]licenceJSON, len(ids))
	for i, id := range ids {
		all[i].Licence.ID = id
	}
	return all
}
