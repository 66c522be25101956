// A mail's HTML, in a frame of its own. Hire's server has sanitised it before; what it may have missed is harmless here: the frame is sandboxed without scripts, and
// its page has a Content-Security-Policy that loads nothing from anywhere, or images alone where the reader has asked for them.
//
// data-testid: message-html (data-images alone|images).
import { h } from './dom.js';

const blocked = /url\s*\(|expression|@import|position\s*:|behavior/i;

// mailFrame makes the frame. images tells whether images from elsewhere are loaded. fetchInline answers with a blob for a Content-ID, or undefined.
export function mailFrame(html, { title, images = false, fetchInline }) {
  return frameOf(clean(html), { title, images, fetchInline });
}

// clean makes a document of a mail's HTML, without what a mail has no use for.
export function clean(html) {
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
  return doc;
}

// frameOf shows a document in a frame that holds out even against one that has not been cleaned.
export function frameOf(doc, { title, images, fetchInline }) {
  const kind = images ? 'images' : 'alone';
  const frame = h('iframe', { class: 'mail-frame', sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox', title, testid: 'message-html', data: { images: kind }, referrerpolicy: 'no-referrer', src: `/mailframe/${kind}` });
  frame.addEventListener('load', () => { // again, when the frame is moved to another place of the page
    const inside = frame.contentDocument;
    if (!inside?.body) return;
    if (doc.querySelector('[style*="color" i], [style*="background" i], [bgcolor], font[color]')) inside.documentElement.classList.add('paper'); // it chose colours for white
    inside.body.replaceChildren(...[...doc.body.childNodes].map((node) => inside.importNode(node, true)));
    settle(frame, inside, fetchInline);
  });
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
function settle(frame, doc, fetchInline) {
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
    const cid = pictureOf(img);
    if (cid) inline(img, cid, fetchInline);
    img.addEventListener('load', fit);
  }
}

// pictureOf is the Content-ID of a picture that the mail brings along, or undefined. Hire names it in an attribute; in Gmail it is the mail's own address.
function pictureOf(img) {
  const own = /^cid:(.+)$/i.exec(img.getAttribute('src') ?? '')?.[1];
  try {
    return img.dataset.contentId ?? (own && decodeURIComponent(own));
  } catch {
    return undefined; // not one that can be read
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
