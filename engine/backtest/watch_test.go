package backtest

import (
	"reflect"
	"testing"
	"time"

	"switchboard/engine"
)

// A field of a case that sameFacts does not know would let a change go by unseen.
func TestACaseThatDiffersInAnythingIsLookedAt(t *testing.T) {
	var zero engine.Case
	for i := range reflect.TypeFor[engine.Case]().NumField() {
		c := zero
		name := reflect.TypeFor[engine.Case]().Field(i).Name
		f := reflect.ValueOf(&c).Elem().Field(i)
		switch v := f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(time.Unix(1, 0)))
		case bool:
			f.SetBool(true)
		case []engine.Heard, []engine.Key:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		default:
			switch {
			case f.CanInt():
				f.SetInt(1)
			case f.CanUint():
				f.SetUint(1)
			default:
				t.Fatalf("%s is a %T: say in this test how it differs", name, v)
			}
		}
		if got, want := sameFacts(&c, &zero), name == "Now"; got != want {
			t.Errorf("a case that differs in %s counts as the same: %v, want %v", name, got, want)
		}
	}
}
