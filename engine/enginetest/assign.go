package enginetest

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// assign sets fields from words such as Leg=c1, Ring=20s or Text="…" (a tilde
// stands for a space, so that a word stays one).
func assign(v reflect.Value, words []string) error {
	for _, w := range words {
		name, text, ok := strings.Cut(w, "=")
		if !ok {
			return fmt.Errorf("%q is not Field=value", w)
		}
		field := v
		for part := range strings.SplitSeq(name, ".") {
			if field.Kind() == reflect.Pointer {
				fresh := reflect.New(field.Type().Elem()) // what others hold stays as it is
				if !field.IsNil() {
					fresh.Elem().Set(field.Elem())
				}
				field.Set(fresh)
				field = fresh.Elem()
			}
			if field = field.FieldByName(part); !field.IsValid() {
				return fmt.Errorf("%s has no field %s", v.Type(), name)
			}
		}
		if err := set(field, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func set(f reflect.Value, text string) error {
	switch f.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		f.SetInt(int64(d))
		return err
	case time.Time: // seconds since the beginning
		seconds, err := strconv.ParseFloat(text, 64)
		f.Set(reflect.ValueOf(Start.Add(time.Duration(seconds * float64(time.Second)))))
		return err
	}
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(strings.ReplaceAll(text, "~", " "))
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		f.SetBool(b)
		return err
	case reflect.Int, reflect.Int16, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		f.SetInt(n)
		return err
	case reflect.Slice:
		var list []string
		if text != "" {
			list = strings.Split(text, ",")
		}
		all := reflect.MakeSlice(f.Type(), len(list), len(list))
		for i, text := range list {
			if err := set(all.Index(i), text); err != nil {
				return err
			}
		}
		f.Set(all)
	default:
		return fmt.Errorf("a script cannot set a %s", f.Type())
	}
	return nil
}
