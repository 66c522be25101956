// Moving between views without loading a page.

let listener = () => {};

// onNavigate sets who is called whenever the address has changed.
export function onNavigate(fn) {
  listener = fn;
}

// place goes to a path of Hire.
export function place(path, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  listener();
}

window.addEventListener('popstate', () => listener());
document.addEventListener('click', (e) => {
  const a = e.target.closest?.('a[href]');
  if (!a || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || a.target || a.hasAttribute('download')) return;
  if (a.origin !== location.origin || !/^\/hire(\/|$)/.test(a.pathname)) return;
  e.preventDefault();
  place(a.pathname + a.search);
});
