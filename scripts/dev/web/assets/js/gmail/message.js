// A message in the simulated Gmail.
import { messageItem as item } from '../message.js';

// messageItem makes the list item of a message. fetchPart answers with the blob of a part of it; the other options are those of ../message.js.
export function messageItem(m, { fetchPart, ...options }) {
  const [text, quoted] = split(m.text ?? '');
  return item({ ...m, text, quoted }, {
    ...options,
    attachment: (a) => fetchPart(a.part_id),
    inline: async (cid) => {
      const part = (m.attachments ?? []).find((a) => a.content_id?.replaceAll(/[<>]/g, '') === cid);
      return part && fetchPart(part.part_id);
    },
  });
}

// split parts a text from what it quotes at its end: lines that begin with ">", and the line before them that says who wrote them.
function split(text) {
  const lines = text.trimEnd().split(/\r?\n/);
  let at = lines.length;
  while (at > 0 && (lines[at - 1].startsWith('>') || (lines[at - 1].trim() === '' && at < lines.length))) at--;
  if (at === lines.length) return [text.trimEnd(), ''];
  if (at > 0 && lines[at - 1].trim().endsWith(':')) {
    at--;
    if (at > 0 && !/^on /i.test(lines[at]) && /^on /i.test(lines[at - 1])) at--; // it was folded into two lines
  }
  return [lines.slice(0, at).join('\n').trimEnd(), lines.slice(at).join('\n').trim()];
}
