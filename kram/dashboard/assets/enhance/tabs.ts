// On a phone the tabs are wider than the screen: the one that is open is brought into sight.
export function showCurrentTabs(root: ParentNode): void {
  for (const tab of root.querySelectorAll<HTMLElement>(".tabs > [aria-current]")) {
    const strip = tab.parentElement as HTMLElement;
    const hidden = tab.offsetLeft + tab.offsetWidth - strip.clientWidth;
    if (hidden > strip.scrollLeft) strip.scrollLeft = hidden + tab.offsetWidth / 2;
  }
}
