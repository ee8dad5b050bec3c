package telnyxtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchboard/engine/world"
)

// Limits of the portal.
const (
	maxThings = 1000  // applications there may be
	maxLegs   = 65536 // legs whose application is known; of older ones it is the first
)

// A Portal is what an account has, as Telnyx's portal shows it and its API tells. The
// application of [Config.ConnectionID] is there always, and the first.
type Portal struct {
	Numbers      []Number
	Applications []Application
	Profiles     []Profile
	Credit       string // what may be spent, in USD; 50.00 where empty
}

// A Number is a telephone number of the account. A call to one that is not among them
// goes to the first application all the same, so that who needs no portal seeds none.
type Number struct {
	ID          string // made where empty
	Number      string // E.164
	Application string // the id of the one that its calls go to; empty is none, and nobody is told of a call
	Status      string // active where empty
}

// An Application is a Call Control application.
type Application struct {
	ID       string // made where empty
	Name     string // made where empty
	URL      string // where webhooks go; empty is nowhere, and they are lost
	Failover string // shown, and not used
	Version  string // of webhooks, 1 or 2; 2 where empty. They are sent in that of 2 whatever it is
	Profile  string // the outbound voice profile's id
	Limit    int    // of calls dialled at once, shown and not kept; 0 is none
	Inactive bool

	FirstCommandTimeout bool // shown, and not kept
	TimeoutSecs         int  // shown, and not kept; 0 is the default

	created time.Time
}

// A Profile is an outbound voice profile. It is shown, and not kept.
type Profile struct {
	ID       string // made where empty
	Name     string
	Limit    int // of calls at once; 0 is none
	Disabled bool
}

// A PortalFault is what goes wrong with the portal's operations; not with commands to
// calls, whose faults are the network's.
type PortalFault struct {
	Times  int  // of the next requests; 0 is no fault
	Status int  // what they are answered with
	Done   bool // they are carried out all the same
}

// A portal is the account's state, and which leg belongs to which application.
type portal struct {
	mu       sync.Mutex
	numbers  []Number
	apps     []Application // in the order of their making
	profiles []Profile
	credit   string
	made     int // ids
	fault    PortalFault

	owner map[world.LegID]string // application ids
	order []world.LegID          // the owned, the oldest first
}

func newPortal(c Config) *portal {
	p := &portal{owner: map[world.LegID]string{}, credit: c.Portal.Credit}
	if p.credit == "" {
		p.credit = "50.00"
	}
	p.profiles = slices.Clone(c.Portal.Profiles)
	if len(p.profiles) == 0 {
		p.profiles = []Profile{{Name: "Default", Limit: 10}}
	}
	for i := range p.profiles {
		p.profiles[i].ID = p.id(p.profiles[i].ID)
	}
	apps := slices.Clone(c.Portal.Applications)
	if !slices.ContainsFunc(apps, func(a Application) bool { return a.ID == c.ConnectionID }) {
		first := Application{ID: c.ConnectionID, Name: "switchboard", URL: c.WebhookURL, Profile: p.profiles[0].ID, FirstCommandTimeout: true}
		apps = append([]Application{first}, apps...)
	}
	slices.SortStableFunc(apps, func(a, b Application) int { return rank(b.ID == c.ConnectionID) - rank(a.ID == c.ConnectionID) })
	for _, a := range apps {
		p.add(a, c.Clock.Now())
	}
	for _, n := range c.Portal.Numbers {
		n.ID = p.id(n.ID)
		if n.Status == "" {
			n.Status = "active"
		}
		p.numbers = append(p.numbers, n)
	}
	return p
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

// id returns an id, or makes one of as many digits as a real one has.
func (p *portal) id(given string) string {
	if given != "" {
		return given
	}
	p.made++
	return strconv.Itoa(2_900_000_000_000_000_000 + p.made)
}

// add makes an application. The caller holds the lock, or is alone.
func (p *portal) add(a Application, now time.Time) Application {
	a.ID, a.created = p.id(a.ID), now
	if a.Name == "" {
		a.Name = "application " + a.ID
	}
	if a.Version == "" {
		a.Version = "2"
	}
	p.apps = append(p.apps, a)
	return a
}

// find returns where an application is, or -1. The caller holds the lock.
func (p *portal) find(id string) int {
	return slices.IndexFunc(p.apps, func(a Application) bool { return a.ID == id })
}

// url returns where the webhooks of an application go now.
func (p *portal) url(app string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.find(app); i >= 0 {
		return p.apps[i].URL
	}
	return ""
}

// setURL changes where the webhooks of the first application go.
func (p *portal) setURL(url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.apps[0].URL = url
}

// has reports whether there is an application of that id.
func (p *portal) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.find(id) >= 0
}

// own says that a leg belongs to an application.
func (p *portal) own(leg world.LegID, app string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(leg, app)
}

func (p *portal) keep(leg world.LegID, app string) {
	if _, known := p.owner[leg]; !known {
		p.order = append(p.order, leg)
	}
	p.owner[leg] = app
	if len(p.order) > maxLegs {
		delete(p.owner, p.order[0])
		p.order = p.order[1:]
	}
}

// of returns the application that is told of a leg. A call that comes in belongs to the
// application of the number that was called.
func (p *portal) of(leg world.LegID) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if app, known := p.owner[leg]; known {
		return app
	}
	return p.apps[0].ID
}

// told returns the application that is told of an event.
func (p *portal) told(e world.Event) string {
	if e.Kind == world.Initiated && e.Direction == world.Incoming {
		p.mu.Lock()
		for _, n := range p.numbers {
			if n.Number == e.To {
				p.keep(e.Leg, n.Application)
			}
		}
		p.mu.Unlock()
	}
	return p.of(e.Leg)
}

// fail takes one of the faults that are to come.
func (p *portal) fail() (PortalFault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault.Times == 0 {
		return PortalFault{}, false
	}
	p.fault.Times--
	return p.fault, true
}

// SetPortalFault says what goes wrong with the portal's operations from here on.
func (s *Server) SetPortalFault(f PortalFault) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	s.portal.fault = f
}

// Portal returns what the account has now.
func (s *Server) Portal() Portal {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	return Portal{slices.Clone(s.portal.numbers), slices.Clone(s.portal.apps), slices.Clone(s.portal.profiles), s.portal.credit}
}

// Resources, as Telnyx writes them. What we do not have is left out.
type (
	applicationData struct {
		RecordType          string         `json:"record_type"`
		ID                  string         `json:"id"`
		Name                string         `json:"application_name"`
		Active              bool           `json:"active"`
		Anchorsite          string         `json:"anchorsite_override"`
		DTMFType            string         `json:"dtmf_type"`
		FirstCommandTimeout bool           `json:"first_command_timeout"`
		FirstCommandSecs    int            `json:"first_command_timeout_secs"`
		Version             string         `json:"webhook_api_version"`
		URL                 string         `json:"webhook_event_url"`
		Failover            *string        `json:"webhook_event_failover_url"`
		TimeoutSecs         *int           `json:"webhook_timeout_secs"`
		Inbound             map[string]any `json:"inbound"`
		Outbound            outboundData   `json:"outbound"`
		CreatedAt           string         `json:"created_at"`
		UpdatedAt           string         `json:"updated_at"`
	}
	outboundData struct {
		Limit   *int    `json:"channel_limit"`
		Profile *string `json:"outbound_voice_profile_id"`
	}
	numberData struct {
		RecordType     string   `json:"record_type"`
		ID             string   `json:"id"`
		Number         string   `json:"phone_number"`
		Status         string   `json:"status"`
		Country        string   `json:"country_iso_alpha2"`
		Type           string   `json:"phone_number_type"`
		ConnectionID   *string  `json:"connection_id"`
		ConnectionName *string  `json:"connection_name"`
		Tags           []string `json:"tags"`
	}
	profileData struct {
		RecordType   string   `json:"record_type"`
		ID           string   `json:"id"`
		Name         string   `json:"name"`
		Enabled      bool     `json:"enabled"`
		Limit        *int     `json:"concurrent_call_limit"`
		Destinations []string `json:"whitelisted_destinations"`
		TrafficType  string   `json:"traffic_type"`
		ServicePlan  string   `json:"service_plan"`
	}
)

// unless returns nil for a zero value, as Telnyx writes null for what is not set.
func unless[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func newApplication(a Application) applicationData {
	return applicationData{
		RecordType: "call_control_application", ID: a.ID, Name: a.Name, Active: !a.Inactive,
		Anchorsite: "Latency", DTMFType: "RFC 2833",
		FirstCommandTimeout: a.FirstCommandTimeout, FirstCommandSecs: 30,
		Version: a.Version, URL: a.URL, Failover: unless(a.Failover), TimeoutSecs: unless(a.TimeoutSecs),
		Inbound:   map[string]any{"channel_limit": nil, "shaken_stir_enabled": false},
		Outbound:  outboundData{unless(a.Limit), unless(a.Profile)},
		CreatedAt: millis(a.created), UpdatedAt: millis(a.created),
	}
}

// newNumber returns a number with its application's name. The caller holds the lock.
func (p *portal) newNumber(n Number) numberData {
	d := numberData{RecordType: "phone_number", ID: n.ID, Number: n.Number, Status: n.Status, Country: "US", Type: "local",
		ConnectionID: unless(n.Application), Tags: []string{}}
	if i := p.find(n.Application); i >= 0 {
		d.ConnectionName = &p.apps[i].Name
	}
	return d
}

func newProfile(p Profile) profileData {
	return profileData{RecordType: "outbound_voice_profile", ID: p.ID, Name: p.Name, Enabled: !p.Disabled, Limit: unless(p.Limit),
		Destinations: []string{"US", "CA"}, TrafficType: "conversational", ServicePlan: "global"}
}

func (s *Server) applications(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	list := []applicationData{}
	for _, a := range slices.Backward(s.portal.apps) { // the newest first
		list = append(list, newApplication(a))
	}
	return page(r, list)
}

func (s *Server) application(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	i := s.portal.find(r.path("id"))
	if i < 0 {
		return answer{}, noSuch("application")
	}
	return answer{Data: newApplication(s.portal.apps[i])}, nil
}

func noSuch(what string) error {
	return world.NotFound("10005", "Resource not found", "The "+what+" does not exist.")
}

func (s *Server) createApplication(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	if len(s.portal.apps) >= maxThings {
		return answer{}, world.Unprocessable("10015", "Bad Request", "", "There are too many applications.")
	}
	a := Application{Version: "1"} // what Telnyx makes where nobody says otherwise
	if err := s.portal.change(&a, r.body); err != nil {
		return answer{}, err
	}
	return answer{Data: newApplication(s.portal.add(a, s.config.Clock.Now()))}, nil
}

func (s *Server) updateApplication(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	i := s.portal.find(r.path("id"))
	if i < 0 {
		return answer{}, noSuch("application")
	}
	a := s.portal.apps[i]
	if err := s.portal.change(&a, r.body); err != nil {
		return answer{}, err
	}
	s.portal.apps[i] = a
	return answer{Data: newApplication(a)}, nil
}

// change sets what a body gives of an application. The caller holds the lock.
func (p *portal) change(a *Application, body form) error {
	a.Name, a.URL = body.text("application_name", a.Name), body.text("webhook_event_url", a.URL)
	a.Failover = body.text("webhook_event_failover_url", a.Failover)
	a.Version = body.text("webhook_api_version", a.Version)
	a.Inactive = !body.flag("active", !a.Inactive)
	a.FirstCommandTimeout = body.flag("first_command_timeout", a.FirstCommandTimeout)
	a.TimeoutSecs = int(body.integer("webhook_timeout_secs", int64(a.TimeoutSecs)))
	if out, given := body["outbound"].(map[string]any); given {
		a.Profile = form(out).text("outbound_voice_profile_id", a.Profile)
		a.Limit = int(form(out).integer("channel_limit", int64(a.Limit)))
	}
	if a.Profile != "" && !slices.ContainsFunc(p.profiles, func(o Profile) bool { return o.ID == a.Profile }) {
		return world.Unprocessable("10015", "Bad Request", "/outbound/outbound_voice_profile_id", "The outbound voice profile does not exist.")
	}
	return nil
}

// phoneNumbers lists the numbers. Its filter takes digits alone, three at least, and
// finds parts of a number; any other character finds nothing (telnyx-go, phonenumber.go).
func (s *Server) phoneNumbers(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	part := r.query.Get("filter[phone_number]")
	odd := strings.Trim(part, "0123456789") != ""
	if !odd && r.query.Has("filter[phone_number]") && len(part) < 3 {
		return answer{}, complaint{status: 422, code: "10015", title: "Bad Request", parameter: "filter[phone_number]",
			detail: "The filter needs at least three digits."}
	}
	list := []numberData{}
	for _, n := range slices.Backward(s.portal.numbers) {
		if !odd && strings.Contains(n.Number, part) && r.wants("filter[connection_id]", n.Application) && r.wants("filter[status]", n.Status) {
			list = append(list, s.portal.newNumber(n))
		}
	}
	return page(r, list)
}

func (s *Server) updateNumber(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	i := slices.IndexFunc(s.portal.numbers, func(n Number) bool { return n.ID == r.path("id") })
	if i < 0 {
		return answer{}, noSuch("phone number")
	}
	if app := r.body.text("connection_id", ""); app != "" {
		if s.portal.find(app) < 0 {
			return answer{}, world.Unprocessable("10015", "Bad Request", "/connection_id", "The connection does not exist.")
		}
		s.portal.numbers[i].Application = app
	}
	return answer{Data: s.portal.newNumber(s.portal.numbers[i])}, nil
}

func (s *Server) profiles(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	list := []profileData{}
	for _, p := range slices.Backward(s.portal.profiles) {
		list = append(list, newProfile(p))
	}
	return page(r, list)
}

func (s *Server) profile(r request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	for _, p := range s.portal.profiles {
		if p.ID == r.path("id") {
			return answer{Data: newProfile(p)}, nil
		}
	}
	return answer{}, noSuch("outbound voice profile")
}

func (s *Server) publicKey(request) (answer, error) {
	return answer{Data: map[string]string{"record_type": "public_key", "public": s.PublicKey(),
		"organization_id": fmt.Sprintf("00000000-0000-4000-8000-%012d", s.config.Seed%1_000_000_000_000)}}, nil
}

func (s *Server) balance(request) (answer, error) {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	return answer{Data: map[string]string{"record_type": "balance", "balance": s.portal.credit, "available_credit": s.portal.credit,
		"credit_limit": "0.00", "currency": "USD"}}, nil
}
