package telnyx

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A Number is a telephone number of an account.
type Number struct {
	ID              string
	Number          string // E.164
	Status          string // as Telnyx has it: "active", "port-pending", …
	Application     string // the id of the application, or other connection, that its calls go to; or empty
	ApplicationName string
}

// Active reports whether the number can be called.
func (n Number) Active() bool { return n.Status == "active" }

type numberResource struct {
	ID             text `json:"id"`
	Number         text `json:"phone_number"`
	Status         text `json:"status"`
	ConnectionID   text `json:"connection_id"`
	ConnectionName text `json:"connection_name"`
}

func (r numberResource) number() Number {
	return Number{string(r.ID), string(r.Number), string(r.Status), string(r.ConnectionID), string(r.ConnectionName)}
}

// Numbers returns the account's numbers, the newest first: GET /phone_numbers
// (telnyx-go, phonenumber.go: ListPhoneNumbers).
func (a *Account) Numbers(ctx context.Context) ([]Number, error) {
	return a.numbers(ctx, "list the numbers", nil)
}

// Number returns the account's number that is written so, in E.164. [ErrNoSuch] says
// that there is none.
func (a *Account) Number(ctx context.Context, number string) (Number, error) {
	purpose := "look up " + number
	// Beside digits the filter takes nothing, and it finds parts of a number as well.
	filter := url.Values{"filter[phone_number]": {strings.TrimPrefix(number, "+")}}
	list, err := a.numbers(ctx, purpose, filter)
	if err != nil {
		return Number{}, err
	}
	for _, n := range list {
		if n.Number == number {
			return n, nil
		}
	}
	return Number{}, fmt.Errorf("%s: %w", purpose, ErrNoSuch)
}

func (a *Account) numbers(ctx context.Context, purpose string, filter url.Values) ([]Number, error) {
	list, err := all[numberResource](ctx, a, purpose, "/phone_numbers", filter)
	numbers := make([]Number, len(list))
	for i, r := range list {
		numbers[i] = r.number()
	}
	return numbers, err
}

// AssignNumber has the calls to a number go to an application, and returns the number as
// it is then: PATCH /phone_numbers/{id} with connection_id (telnyx-go, phonenumber.go:
// UpdatePhoneNumber). It takes the number's id, as [Account.Numbers] returns it.
func (a *Account) AssignNumber(ctx context.Context, n Number, application string) (Number, error) {
	r, err := one[numberResource](ctx, a, "assign "+n.Number+" to application "+application, request{
		method: http.MethodPatch, path: "/phone_numbers/" + escape(n.ID),
		body: map[string]string{"connection_id": application},
	})
	return r.number(), err
}
