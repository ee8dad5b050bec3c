package telnyx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The settings of an application that we make.
const (
	apiVersion     = "2"             // of webhooks; Telnyx's default is "1", which is refused here
	firstCommand   = 30              // seconds: Telnyx's own default once the time-out is on
	webhookTimeout = 5 * time.Second // until a webhook is sent again: the engine answers within one
)

// An Application is a Call Control application, which the portal calls a Voice API
// application: the one thing that says where webhooks go. Its id is the connection id of
// calls and numbers.
type Application struct {
	ID     string
	Name   string
	Active bool

	Webhook Webhook

	// FirstCommandTimeout says that a call whose application sends no command in time is
	// hung up, so that nobody is left ringing when we are down.
	FirstCommandTimeout bool

	// WebhookTimeout is how long Telnyx waits for the answer to a webhook; zero is its
	// default of two seconds.
	WebhookTimeout time.Duration

	// Profile is the id of the outbound voice profile that dials are made with; empty
	// where there is none, and then nobody can be dialled.
	Profile string

	// OutboundLimit is how many calls it may have dialled at once; zero is no limit of
	// its own.
	OutboundLimit int
}

// A Webhook says where an application's webhooks go.
type Webhook struct {
	URL      string
	Failover string // where they go when URL fails; empty is nowhere
	Version  string // of their format: "2", or "1", which is not understood here
}

// A NewApplication says what an application is to be that we make.
type NewApplication struct {
	Name       string
	WebhookURL string
	Failover   string // may be left out
	Profile    string // the outbound voice profile's id; without one nobody can be dialled
}

// An applicationResource is an application on the wire, both ways; what is nil is left
// as it is. The fields are those of Appendix A.4, and of team-telnyx/openapi,
// CallControlApplication.
type applicationResource struct {
	ID                  text          `json:"id,omitempty"`
	Name                text          `json:"application_name,omitempty"`
	Active              *bool         `json:"active,omitempty"`
	URL                 text          `json:"webhook_event_url,omitempty"`
	Failover            *text         `json:"webhook_event_failover_url,omitempty"`
	Version             text          `json:"webhook_api_version,omitempty"`
	TimeoutSecs         *int          `json:"webhook_timeout_secs,omitempty"`
	FirstCommandTimeout *bool         `json:"first_command_timeout,omitempty"`
	FirstCommandSecs    *int          `json:"first_command_timeout_secs,omitempty"`
	Outbound            *outboundPart `json:"outbound,omitempty"`
}

type outboundPart struct {
	Profile text `json:"outbound_voice_profile_id,omitempty"`
	Limit   *int `json:"channel_limit,omitempty"`
}

func (r applicationResource) application() Application {
	a := Application{
		ID: string(r.ID), Name: string(r.Name), Active: or(r.Active, true),
		Webhook:             Webhook{URL: string(r.URL), Failover: string(or(r.Failover, "")), Version: string(r.Version)},
		FirstCommandTimeout: or(r.FirstCommandTimeout, false),
		WebhookTimeout:      time.Duration(or(r.TimeoutSecs, 0)) * time.Second,
	}
	if r.Outbound != nil {
		a.Profile, a.OutboundLimit = string(r.Outbound.Profile), or(r.Outbound.Limit, 0)
	}
	return a
}

// or returns what a pointer points to, or what holds where it is nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// Applications returns the account's Call Control applications, the newest first:
// GET /call_control_applications (operation ListCallControlApplications).
func (a *Account) Applications(ctx context.Context) ([]Application, error) {
	list, err := all[applicationResource](ctx, a, "list the applications", "/call_control_applications", nil)
	apps := make([]Application, len(list))
	for i, r := range list {
		apps[i] = r.application()
	}
	return apps, err
}

// Application returns the application of that id: GET /call_control_applications/{id}
// (RetrieveCallControlApplication). [ErrNoSuch] says that the account has none, but
// perhaps another kind of connection.
func (a *Account) Application(ctx context.Context, id string) (Application, error) {
	r, err := one[applicationResource](ctx, a, "fetch application "+id, request{method: http.MethodGet, path: applicationPath(id)})
	return r.application(), err
}

func applicationPath(id string) string { return "/call_control_applications/" + escape(id) }

// CreateApplication makes an application with webhooks of version 2 whose calls are hung
// up when nobody takes them in time: POST /call_control_applications
// (CreateCallControlApplication), which is answered with 201. The operation has no
// command_id. So it is not sent again when no answer comes; the list then tells whether
// it was made.
func (a *Account) CreateApplication(ctx context.Context, n NewApplication) (Application, error) {
	yes, first, timeout := true, firstCommand, int(webhookTimeout/time.Second)
	body := applicationResource{
		Name: text(n.Name), Active: &yes, URL: text(n.WebhookURL), Version: apiVersion, TimeoutSecs: &timeout,
		FirstCommandTimeout: &yes, FirstCommandSecs: &first,
	}
	if n.Failover != "" {
		failover := text(n.Failover)
		body.Failover = &failover
	}
	if n.Profile != "" {
		body.Outbound = &outboundPart{Profile: text(n.Profile)}
	}
	purpose := "create application " + n.Name
	r, err := one[applicationResource](ctx, a, purpose, request{
		method: http.MethodPost, path: "/call_control_applications", body: body, once: true})
	var unsure *unsureError
	if errors.As(err, &unsure) {
		return a.created(ctx, n, err)
	}
	return r.application(), err
}

// created finds the application that a request made whose answer was lost.
func (a *Account) created(ctx context.Context, n NewApplication, lost error) (Application, error) {
	apps, err := a.Applications(ctx)
	if err != nil {
		return Application{}, lost
	}
	for _, app := range apps { // the newest first
		if app.Name == n.Name && app.Webhook.URL == n.WebhookURL {
			return app, nil
		}
	}
	return Application{}, lost
}

// SetWebhook has an application's webhooks sent to a URL, in version 2, and returns where
// and how they were sent before: PATCH /call_control_applications/{id}
// (UpdateCallControlApplication). Its schema requires the name as well, so the
// application is asked first. What is not in the request stays as it is.
func (a *Account) SetWebhook(ctx context.Context, id, url string) (was Webhook, err error) {
	app, err := a.Application(ctx, id)
	if err != nil {
		return Webhook{}, err
	}
	return app.Webhook, a.patch(ctx, app, Webhook{URL: url, Version: apiVersion})
}

// RestoreWebhook gives back what SetWebhook returned, unless somebody else has changed
// the URL since then. It returns the URL that it found: where that is none of ours,
// nothing was changed.
func (a *Account) RestoreWebhook(ctx context.Context, id string, ours []string, was Webhook) (found string, err error) {
	app, err := a.Application(ctx, id)
	if err != nil {
		return "", err
	}
	if !slices.Contains(ours, app.Webhook.URL) {
		return app.Webhook.URL, nil
	}
	return app.Webhook.URL, a.patch(ctx, app, was)
}

func (a *Account) patch(ctx context.Context, app Application, to Webhook) error {
	if to.URL == "" {
		return fmt.Errorf("change the webhook of application %s: %w: it had none before, and Telnyx takes no empty one", app.ID, ErrRefused)
	}
	_, err := a.send(ctx, "change the webhook of application "+app.ID, request{
		method: http.MethodPatch, path: applicationPath(app.ID),
		body: applicationResource{Name: text(app.Name), URL: text(to.URL), Version: text(to.Version)},
	})
	return err
}
