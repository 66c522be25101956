// Work that repeats while a page is looked at.

// wait answers after ms, or at once when the signal is aborted.
export function wait(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

// visible answers when the tab can be seen, or the signal is aborted.
export function visible(signal) {
  if (document.visibilityState === 'visible' || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look, { once: true });
  });
}

// follow calls step again and again until the signal is aborted: at once after a success that answers 0 or nothing, after that
// many milliseconds otherwise, later and later after failures (1 s to 30 s). A hidden tab rests, so that many open tabs do not
// use up the browser's few connections. A Problem that is final ends it. onState(false) is called when it fails, onState(true) when it works again.
export async function follow(step, signal, onState = () => {}) {
  let failures = 0;
  while (!signal.aborted) {
    await visible(signal);
    if (signal.aborted) return;
    try {
      const pause = await step();
      if (failures > 0) onState(true);
      failures = 0;
      if (pause) await wait(pause, signal);
    } catch (err) {
      if (signal.aborted || err.name === 'AbortError' || err.final) return;
      failures++;
      if (failures === 2) onState(false, err);
      await wait(Math.min(30000, 500 * 2 ** failures) * (0.75 + Math.random() / 2), signal);
    }
  }
}
