package replies

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
)

// Who is proved to be the user, by what the gateway says (RFC 8601).
func TestProved(t *testing.T) {
	t.Parallel()
	rita := hire.User{Email: "Rita@Acme.example"}
	from := func(addrs ...string) *mime.Message {
		m := &mime.Message{}
		for _, a := range addrs {
			m.From = append(m.From, mime.Address{Addr: a})
		}
		return m
	}
	for _, tt := range []struct {
		name, envelope, auth string
		mail                 *mime.Message
		want                 hire.Code
	}{
		{"dmarc", "rita@acme.example", "mx; dmarc=pass header.from=acme.example", from("rita@acme.example"), ""},
		{"in any case", "", "MX.example; DMARC=Pass (p=reject) Header.From=ACME.example", from("RITA@acme.example"), ""},
		{"dkim by identity", "", `mx; dkim/1=pass header.i="@acme.example"`, from("rita@acme.example"), ""},
		{"dkim of a subdomain, among others", "", "mx; dkim=fail header.d=acme.example; dkim=pass header.d=mail.acme.example", from("rita@acme.example"), ""},
		{"spf with a path of the same domain", "bounces@acme.example", "mx; spf=pass smtp.mailfrom=bounces@acme.example", from("rita@acme.example"), ""},
		{"an alias in the header, her in the envelope", "rita@acme.example", "mx; spf=pass smtp.mailfrom=rita@acme.example", from("r@acme.example"), ""},
		{"an alias in the header, and its signature", "rita@acme.example", "mx; dkim=pass header.d=acme.example", from("r@acme.example"), hire.CodeReplySenderUnproved},
		{"spf of another domain", "x@evil.example", "mx; spf=pass smtp.mailfrom=evil.example", from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"softfail", "rita@acme.example", "mx; spf=softfail smtp.mailfrom=acme.example", from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"a pass that says nothing", "", "mx; dkim=pass", from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"a pass in what the sender has chosen", "", `mx; spf=pass (domain of "x) ; dmarc=pass header.from=acme.example (y"@evil.example) smtp.mailfrom=evil.example`, from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"the same as a value", "", `mx; spf=pass smtp.mailfrom="x; dmarc=pass header.from=acme.example; y"@evil.example`, from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"another method", "", "mx; arc=pass header.from=acme.example", from("rita@acme.example"), hire.CodeReplySenderUnproved},
		{"nobody", "", "mx; dmarc=pass header.from=acme.example", from(), hire.CodeReplyOtherSender},
		{"two", "x@acme.example", "mx; dmarc=pass header.from=acme.example", from("rita@acme.example", "x@acme.example"), hire.CodeReplyOtherSender},
		{"a colleague", "x@acme.example", "mx; dmarc=pass header.from=acme.example", from("x@acme.example"), hire.CodeReplyOtherSender},
	} {
		if got := hire.CodeOf(proved(Envelope{From: tt.envelope, Authentication: tt.auth}, tt.mail, rita)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{}); err == nil {
		t.Error("a service without anything is taken")
	}
}
