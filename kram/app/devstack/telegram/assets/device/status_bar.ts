/** The strip above: time, signal, battery. */

import { make } from "../dom/make";

const SIGNS =
  '<svg viewBox="0 0 68 14" width="68" height="14" fill="currentColor" aria-hidden="true">' +
  '<rect x="0" y="8.5" width="3" height="4.5" rx="1"/><rect x="4.7" y="6.5" width="3" height="6.5" rx="1"/>' +
  '<rect x="9.4" y="4" width="3" height="9" rx="1"/><rect x="14.1" y="1.5" width="3" height="11.5" rx="1"/>' +
  '<path d="M29.5 3.2c2.6 0 5 1 6.8 2.7l1.3-1.4a11.6 11.6 0 00-16.2 0l1.3 1.4a9.8 9.8 0 016.8-2.7zm0 4c1.5 0 2.9.6 3.9 1.6l1.4-1.4a7.5 7.5 0 00-10.6 0l1.4 1.4c1-1 2.4-1.6 3.9-1.6zm0 3.8l-1.9 0 1.9 2 1.9-2z"/>' +
  '<rect x="43.6" y="1.6" width="20" height="10.8" rx="3.2" fill="none" stroke="currentColor" stroke-opacity=".4"/>' +
  '<rect x="45.2" y="3.2" width="15" height="7.6" rx="1.9"/><path d="M65 5v4c.9-.3 1.5-1.1 1.5-2S65.9 5.3 65 5z" fill-opacity=".5"/></svg>';

export function statusBar(): HTMLElement {
  const time = make("span.clock");
  const signs = make("span.signs");
  signs.innerHTML = SIGNS;
  const tick = (): void => {
    time.textContent = new Date().toLocaleTimeString("uk", { hour: "numeric", minute: "2-digit" });
  };
  tick();
  const timer = setInterval(() => (time.isConnected ? tick() : clearInterval(timer)), 10_000);
  return make("div.status-bar", { "aria-hidden": "true" }, time, make("span.island"), signs);
}
