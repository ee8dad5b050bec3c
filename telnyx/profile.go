package telnyx

import (
	"context"
	"net/http"
)

// A Profile is an outbound voice profile: who may be dialled, and how many at once.
type Profile struct {
	ID      string
	Name    string
	Enabled bool

	// Limit is how many calls it may have dialled at once; zero is no limit of its own.
	// The account has one besides, which no operation tells: two calls when it is new and
	// ten once it is verified (section 2).
	Limit int

	// Destinations are the countries that may be dialled, as ISO 3166-1 alpha-2.
	Destinations []string
}

type profileResource struct {
	ID           text     `json:"id"`
	Name         text     `json:"name"`
	Enabled      *bool    `json:"enabled"`
	Limit        *int     `json:"concurrent_call_limit"`
	Destinations []string `json:"whitelisted_destinations"`
}

func (r profileResource) profile() Profile {
	return Profile{string(r.ID), string(r.Name), or(r.Enabled, true), or(r.Limit, 0), r.Destinations}
}

// Profiles returns the account's outbound voice profiles: GET /outbound_voice_profiles
// (telnyx-go, outboundvoiceprofile.go: ListOutboundVoiceProfiles).
func (a *Account) Profiles(ctx context.Context) ([]Profile, error) {
	list, err := all[profileResource](ctx, a, "list the outbound voice profiles", "/outbound_voice_profiles", nil)
	profiles := make([]Profile, len(list))
	for i, r := range list {
		profiles[i] = r.profile()
	}
	return profiles, err
}

// Profile returns the outbound voice profile of that id: GET
// /outbound_voice_profiles/{id} (GetOutboundVoiceProfile).
func (a *Account) Profile(ctx context.Context, id string) (Profile, error) {
	r, err := one[profileResource](ctx, a, "fetch outbound voice profile "+id,
		request{method: http.MethodGet, path: "/outbound_voice_profiles/" + escape(id)})
	return r.profile(), err
}
