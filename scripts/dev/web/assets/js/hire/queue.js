// Messages that wait for their time. The functions tell of one by its idempotency key, so their keys are kept here, in the browser, with what was written: taken
// back, it becomes a draft again.
const prefix = 'hire.queued:';

const keyOf = (person, candidateID) => `${prefix}${person}:${candidateID}`;

// waiting are the messages of a person to a candidate: [{key, threadID, sendAt, draft}].
export function waiting(person, candidateID) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person, candidateID))) ?? [];
  } catch {
    return [];
  }
}

// remember keeps one more.
export function remember(person, candidateID, entry) {
  save(person, candidateID, [...waiting(person, candidateID).filter((e) => e.key !== entry.key), entry]);
}

// forget drops one, which has left or has been taken back.
export function forget(person, candidateID, key) {
  save(person, candidateID, waiting(person, candidateID).filter((e) => e.key !== key));
}

function save(person, candidateID, list) {
  if (list.length === 0) localStorage.removeItem(keyOf(person, candidateID));
  else localStorage.setItem(keyOf(person, candidateID), JSON.stringify(list));
}
