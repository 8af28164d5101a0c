/** Drawn signs, in the colour of the text around them. */

const PATHS = {
  back: '<path d="M15 5l-7 7 7 7"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  more: '<circle cx="5.5" cy="12" r="1.6" fill="currentColor" stroke="none"/><circle cx="12" cy="12" r="1.6" fill="currentColor" stroke="none"/><circle cx="18.5" cy="12" r="1.6" fill="currentColor" stroke="none"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
  send: '<path d="M3.6 11.2L20 4.2c.6-.3 1.2.3.9.9l-7 15.3c-.3.6-1.2.6-1.4-.1l-1.8-6.2-6.2-1.5c-.7-.2-.7-1.1-.9-1.4z" fill="currentColor" stroke="none"/>',
  attach: '<path d="M19.5 11.5l-7.8 7.8a4.6 4.6 0 01-6.5-6.5l8-8a3.1 3.1 0 014.4 4.4l-8 8a1.5 1.5 0 01-2.1-2.1l7.2-7.2"/>',
  menu: '<path d="M4 7h16M4 12h16M4 17h16"/>',
  keyboard: '<rect x="3" y="6" width="18" height="12" rx="2.5"/><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/>',
  photo: '<rect x="3.5" y="4.5" width="17" height="15" rx="3"/><circle cx="9" cy="10" r="1.7"/><path d="M4 17l5-4 3.5 3L16 12l4.5 4.5"/>',
  file: '<path d="M13.5 3.5H7a2 2 0 00-2 2v13a2 2 0 002 2h10a2 2 0 002-2V9z"/><path d="M13.5 3.5V9H19"/>',
  contact: '<circle cx="12" cy="8.5" r="3.8"/><path d="M4.5 20c.8-4 3.7-5.8 7.5-5.8s6.7 1.8 7.5 5.8"/>',
  location: '<path d="M12 21s6.8-6.1 6.8-11.200A6.8 6.8 0 105.2 9.800C5.2 14.9 12 21 12 21z"/><circle cx="12" cy="9.7" r="2.4"/>',
  link: '<path d="M8 16L16.5 7.500M9.5 7H17v7.5"/>',
  app: '<rect x="4" y="4" width="16" height="16" rx="4.5"/><path d="M9 4v16"/>',
  pay: '<rect x="3" y="5.5" width="18" height="13" rx="2.5"/><path d="M3 10h18"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2.5"/><path d="M15.5 8.500v-2a2 2 0 00-2-2h-7a2 2 0 00-2 2v7a2 2 0 002 2h2"/>',
  share: '<path d="M13 5l7 6.5-7 6.500v-4c-5 0-7.5 1.5-9.5 4.5.5-5 3-9 9.5-9.500z"/>',
  check: '<path d="M5 12.500l4.5 4.500L19 7.5"/>',
  sun: '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.600l1.4 1.400M17 17l1.4 1.400M5.6 18.400L7 17M17 7l1.4-1.4"/>',
  moon: '<path d="M20 14.500A8 8 0 019.5 4 8 8 0 1020 14.500z"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  block: '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
  reload: '<path d="M19.5 12a7.5 7.5 0 11-2.3-5.4"/><path d="M19.5 3.500v4h-4"/>',
  settings: '<circle cx="12" cy="12" r="3"/><path d="M12 3.500v2.500M12 18v2.500M3.5 12H6M18 12h2.500M6 6l1.8 1.800M16.2 16.200L18 18M6 18l1.8-1.800M16.2 7.800L18 6"/>',
  group: '<circle cx="9" cy="9" r="3.2"/><path d="M3 19c.6-3.4 2.9-5 6-5s5.4 1.6 6 5"/><path d="M15.5 6.300a3 3 0 010 5.600M17.5 14.500c2 .6 3.2 2 3.6 4.5"/>',
  down: '<path d="M6 9.500l6 6 6-6"/>',
  bag: '<path d="M5.5 8.500h13l-1 11.500h-11z"/><path d="M9 11V7a3 3 0 016 0v4"/>',
} as const;

export type IconName = keyof typeof PATHS;

/** The sign, hidden from screen readers: the button around it has a label. */
export function icon(name: IconName, size = 24): SVGSVGElement {
  const holder = document.createElement("div");
  holder.innerHTML =
    `<svg class="icon" viewBox="0 0 24 24" width="${size}" height="${size}" fill="none"` +
    ' stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"' +
    ` aria-hidden="true">${PATHS[name]}</svg>`;
  return holder.firstElementChild as SVGSVGElement;
}
