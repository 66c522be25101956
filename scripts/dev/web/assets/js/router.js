// Moving between views without loading a page.

let base = '';
let listener = () => {};

// onNavigate sets the path below which this page's views are ("/hire"), and who is called whenever the address has changed.
export function onNavigate(path, fn) {
  base = path;
  listener = fn;
}

// place goes to a path of this page.
export function place(path, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  listener();
}

window.addEventListener('popstate', () => listener());
document.addEventListener('click', (e) => {
  const a = e.target.closest?.('a[href]');
  if (!a || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || a.target || a.hasAttribute('download')) return;
  if (a.closest('#devbar') || a.origin !== location.origin || !base || !(a.pathname === base || a.pathname.startsWith(`${base}/`))) return;
  if (a.hash && a.pathname === location.pathname) return; // a place within the page
  e.preventDefault();
  place(a.pathname + a.search);
});
