// A mail's HTML, in a frame of its own: sandboxed without scripts, under the page's Content-Security-Policy (a frame made of
// srcdoc inherits it), so that it can neither run anything nor load anything from elsewhere. Hire's server has sanitised it before.
//
// data-testid: message-html.
import { h } from './dom.js';

const blocked = /url\s*\(|expression|@import|position\s*:|behavior/i;

// mailFrame makes the frame. fetchInline answers with a blob for a Content-ID, or undefined.
export function mailFrame(html, { title, fetchInline }) {
  const frame = h('iframe', { class: 'mail-frame', sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox', title, testid: 'message-html', referrerpolicy: 'no-referrer' });
  const doc = new DOMParser().parseFromString(html, 'text/html');
  for (const el of doc.querySelectorAll('script, style, link, meta, base, iframe, object, embed, form, input, button')) el.remove();
  for (const a of doc.querySelectorAll('a[href]')) {
    if (/^(https?|mailto|tel):/i.test(a.getAttribute('href'))) {
      a.target = '_blank';
      a.rel = 'noopener noreferrer nofollow';
    } else {
      a.removeAttribute('href');
    }
  }
  for (const el of doc.querySelectorAll('*')) {
    for (const { name } of [...el.attributes]) if (name.startsWith('on')) el.removeAttribute(name);
  }
  foldQuotes(doc);
  const css = doc.createElement('link');
  css.rel = 'stylesheet';
  css.href = '/assets/css/mail.css';
  doc.head.append(css);
  if (doc.querySelector('[style*="color" i], [style*="background" i], [bgcolor], font[color]')) doc.documentElement.classList.add('paper'); // it chose colours for white
  frame.addEventListener('load', () => settle(frame, fetchInline));
  frame.srcdoc = `<!doctype html>${doc.documentElement.outerHTML}`;
  return frame;
}

// foldQuotes puts what a mail quotes behind a summary; it unfolds without a script.
function foldQuotes(doc) {
  const quotes = [...doc.querySelectorAll('.gmail_quote, blockquote')].filter((q) => !q.parentElement.closest('.gmail_quote, blockquote'));
  for (const q of quotes) {
    const rest = doc.body.textContent.trim().length - q.textContent.trim().length;
    if (rest < 1) continue; // the mail is nothing but the quotation
    const details = doc.createElement('details');
    const summary = doc.createElement('summary');
    summary.textContent = 'Quoted text';
    const intro = q.previousElementSibling;
    const attribution = intro && intro.textContent.length < 300 && intro.textContent.trim().endsWith(':'); // "On Monday Ada wrote:"
    q.replaceWith(details);
    details.append(summary, ...(attribution ? [intro, q] : [q]));
  }
}

// settle gives the frame its height, now and when it changes, applies the mail's own styles, which as attributes the policy
// refuses, and puts inline images in their places.
function settle(frame, fetchInline) {
  const doc = frame.contentDocument;
  if (!doc?.body) return;
  for (const el of doc.querySelectorAll('[style]')) {
    const rules = el.getAttribute('style').split(';').filter((rule) => !blocked.test(rule));
    el.style.cssText = rules.join(';');
  }
  const fit = () => {
    frame.style.height = `${Math.ceil(doc.documentElement.getBoundingClientRect().height) + 1}px`;
  };
  fit();
  new ResizeObserver(fit).observe(doc.documentElement);
  for (const img of doc.querySelectorAll('img')) {
    const cid = /^cid:(.+)$/i.exec(img.getAttribute('src') ?? '')?.[1] ?? img.dataset.cid;
    if (cid) inline(img, decodeURIComponent(cid), fetchInline);
    img.addEventListener('load', fit);
  }
}

async function inline(img, cid, fetchInline) {
  try {
    const blob = await fetchInline(cid);
    if (blob) img.src = URL.createObjectURL(blob);
  } catch {
    img.alt ||= 'image';
  }
}
