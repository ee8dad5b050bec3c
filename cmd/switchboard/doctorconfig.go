package main

import (
	"context"
	"fmt"
	"os"
)

// settings tells every setting that is wrong or missing, or that none is.
func (x *exam) settings() report {
	var found report
	for _, p := range x.faults {
		do := "switchboard setup asks for it"
		if p.Where != "" {
			do = p.Where + "; " + do
		}
		if p.For == "" {
			do = "mend the file"
		}
		f := failed(shown(p.Wrong), do)
		f.Name = p.Name
		if p.Wrong == "" { // a mistake in a file, which stands in the place of the name
			f = failed(shown(p.Name), do)
			f.Name = "in the file"
		}
		found = append(found, f)
	}
	if len(found) == 0 {
		f := fine("all that calls need is there, and can be read")
		f.Name = "settings"
		found = report{f}
	}
	for i := range found {
		found[i].Group = "configuration"
	}
	return found
}

// lookAtSecrets tells whether others may read the file that the secrets are in.
func (x *exam) lookAtSecrets(context.Context) finding {
	path := x.files.envPath()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return skipped("there is no " + path + "; secrets come from the environment alone")
	case info.Mode().Perm()&0o077 != 0:
		return warning(fmt.Sprintf("%s may be read by others (%04o)", path, info.Mode().Perm()), "chmod 600 "+path)
	}
	return fine("%s may be read by its owner alone", path)
}
