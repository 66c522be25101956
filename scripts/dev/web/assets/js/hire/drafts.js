// Messages that are being written, kept in the browser so that nothing typed is lost: not by a reload, not by an error, not by
// going away to connect Gmail.

const prefix = 'hire.draft:';

const keyOf = (person, candidateID, threadID) => `${prefix}${person}:${candidateID}:${threadID || 'new'}`;

// load answers with the draft for a place, or null. Uploads that have expired meanwhile are dropped from it.
export function load(person, candidateID, threadID) {
  try {
    const draft = JSON.parse(localStorage.getItem(keyOf(person, candidateID, threadID)));
    if (!draft) return null;
    const all = draft.attachments ?? [];
    draft.attachments = all.filter((a) => new Date(a.expires_at) > new Date());
    draft.lost = all.filter((a) => !draft.attachments.includes(a)).map((a) => a.filename);
    return draft;
  } catch {
    return null;
  }
}

// save keeps a draft; name is the candidate's.
export function save(person, candidateID, threadID, name, draft) {
  const path = `/hire/candidates/${encodeURIComponent(candidateID)}${threadID ? `/threads/${encodeURIComponent(threadID)}` : '/new'}`;
  localStorage.setItem(keyOf(person, candidateID, threadID), JSON.stringify({ ...draft, name, path, savedAt: Date.now() }));
}

export function drop(person, candidateID, threadID) {
  localStorage.removeItem(keyOf(person, candidateID, threadID));
}

// lastDraft is the draft of a person that was written last and has something in it: {name, path}, or null.
export function lastDraft(person) {
  let last = null;
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i);
    if (!key.startsWith(`${prefix}${person}:`)) continue;
    try {
      const d = JSON.parse(localStorage.getItem(key));
      if ((d.text || d.subject) && (!last || d.savedAt > last.savedAt)) last = d;
    } catch { /* not ours */ }
  }
  return last;
}
