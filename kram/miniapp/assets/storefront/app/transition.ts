/** One page melts into the next, where the browser can and the shopper does not mind motion. */
const NAME = "view-transition-name";

/** `hero`: the picture that grows into the one of the next page. */
export async function animated(hero: Element | null, change: () => void): Promise<void> {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!document.startViewTransition || calm || document.documentElement.dataset["calm"] !== undefined) {
    change();
    return;
  }
  const picture = hero instanceof HTMLElement ? hero : null;
  picture?.style.setProperty(NAME, "picture");
  const transition = document.startViewTransition(() => {
    picture?.style.removeProperty(NAME);
    change();
  });
  // A phone turned on its side ends the animation: the page is changed all the same.
  for (const end of [transition.ready, transition.finished]) end.catch(() => undefined);
  await transition.updateCallbackDone;
}
