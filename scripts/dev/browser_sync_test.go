//go:build browser

package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestScenario35_FilterThatSkipsTheInbox(t *testing.T) {
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	v := s.visitor("rita", "/hire/candidates")
	// In Gmail she lets what Cora writes skip the inbox.
	gmail := v.otherTab()
	gmail.open("/gmail/m/" + ritaMail + "/filters")
	gmail.write(id("filter-from"), coraMail)
	gmail.click(id("filter-skip"))
	gmail.click(id("filter-create"))
	gmail.sees(id("toast"), "The filter works")
	s.answers(ritaMail, "Tomorrow at ten.")
	gmail.open("/gmail/m/" + ritaMail + "/all")
	gmail.clickOn(id("mail-row"), "Your application")
	gmail.sees(id("message-body"), "Tomorrow at ten.")
	// In Hire it is not; the receipt says that one is left out, and why.
	v.openThread(cora, "Your application")
	v.click(id("receipt-excluded") + " summary")
	v.sees(id("receipt-excluded"), "skipped the inbox")
	v.sees(id("receipt-excluded"), "Move it to the inbox")
	v.seesNo(id("message") + "[data-direction=inbound]")
	v.looks("skipped-the-inbox")
	// As the help says, moved into the inbox it comes.
	s.gmail("POST", "mailboxes/"+ritaMail+"/threads/"+s.threadIn(ritaMail, "Your application").ID+"/inbox", 204, nil)
	v.sees(id("message-body"), "Tomorrow at ten.")
}

func TestScenario36_AddressThatNoProfileHas(t *testing.T) {
	const private = "cora.private@elsewhere.example"
	s := connectedStage(t, "rita")
	s.post("outside/"+private, mail{Name: "Cora", To: to(ritaMail), Subject: "From home", Text: "Is the job remote?"})
	s.label(ritaMail, "From home", "Hire")
	v := s.visitor("rita", "/hire/unmatched")
	v.sees(id("unmatched-row", "data-reason=no_candidate_has_this_address"), "From home")
	v.sees(id("unmatched-row"), private)
	v.sees(id("unmatched-row"), "Add the address")
	v.looks("unmatched")
	v.open("/hire/candidates/" + cora)
	v.sees(id("empty"), "No conversations yet")
	// It is of her mailbox alone.
	w := s.visitor("sam", "/hire/unmatched")
	w.sees(id("empty"), "")
	w.seesNo(id("unmatched-row"))
}

// What the candidate has begun is in no profile by itself. The button shows it, and brings in what is chosen.
func TestPagesImportByButton(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.open("/hire/candidates/david")
	v.sees(id("empty"), "No conversations yet")
	v.click(id("import-button"))
	v.sees(id("import-choose", "data-state=new"), "")
	v.sees(id("import-view"), "A question about the designer role")
	v.sees(id("import-view"), "3 messages")
	v.sees(id("import-start")+":disabled", "Import")
	v.click(id("import-choose"))
	v.looks("import")
	v.click(id("import-start"))
	v.sees(id("import-row", "data-state=imported"), "A question about the designer role")
	v.sees(id("thread-row"), "A question about the designer role")
	v.sees(id("empty"), "There is nothing to import")
	v.looks("imported")
	v.click(id("import-row") + " a")
	v.sees(id("message-body"), "Thursday after two would suit me")
	v.sees(id("receipt"), "3 of 3")
	// Who is not connected is told how to be.
	h := s.visitor("harry", "/hire/candidates/david/import")
	h.sees(id("import-problem", "data-code=connect_required"), "Connect Email Account")
	h.looks("import-not-connected")
}

// What has come and was not seen is marked for each user by themselves, until they open it.
func TestPagesShowWhatIsUnread(t *testing.T) {
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	v, harry := s.visitor("rita", "/hire/candidates/cora"), s.visitor("harry", "/hire/candidates/cora")
	v.sees(id("thread-row", "data-unread=false"), "Your application")
	s.answers(ritaMail, "Tomorrow at ten.")
	for _, w := range []*visitor{v, harry} {
		w.sees(id("thread-row", "data-unread=true"), "Tomorrow at ten.")
		w.sees(id("unread-count"), "1 unread")
	}
	v.looks("unread")
	v.click(id("thread-row"))
	v.sees(id("message-body"), "Tomorrow at ten.")
	v.sees(id("thread-row", "data-unread=false"), "Your application")
	v.gone(id("unread-count"))
	harry.open("/hire/candidates/cora")
	harry.sees(id("thread-row", "data-unread=true"), "Your application")
}

// A candidate's mail is searched by words; what is found opens where it stands.
func TestPagesSearch(t *testing.T) {
	s := connectedStage(t, "rita")
	s.label(ritaMail, "designer role", "Hire")
	v := s.visitor("rita", "/hire/candidates/david")
	v.sees(id("thread-row"), "designer role")
	v.replace(id("mail-search"), "lisbon")
	v.sees(id("search-row"), "half of us are in Lisbon")
	v.seesNo(id("thread-row"))
	v.looks("found")
	v.click(id("search-row"))
	v.sees(id("message-body"), "half of us are in Lisbon")
	v.poll("the message has the focus", `() => document.activeElement?.closest('[data-testid="message"]')?.textContent.includes('half of us are in Lisbon') ?? false`)
	v.replace(id("mail-search"), "zeppelin")
	v.sees(id("search-results", "data-done=true"), "Nothing found in 3 messages.")
	v.press(kb.Escape)
	v.sees(id("thread-row"), "designer role")
	v.seesNo(id("search-results"))
}
