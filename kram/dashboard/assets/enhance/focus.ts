// After a page changed in place the focus goes where a fresh page would have put it.
export function moveFocus(): void {
  const wanted =
    document.querySelector<HTMLElement>("#page [aria-invalid=true]") ??
    document.querySelector<HTMLElement>("#page [autofocus]") ??
    document.getElementById("main");
  wanted?.focus({ preventScroll: wanted.id === "main" });
}
