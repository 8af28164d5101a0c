// The settings' colour shows at once on the small phone beside it.
export function watchAccent(root: ParentNode): void {
  const preview = root.querySelector<HTMLElement>("[data-accent-preview]");
  const chosen = root.querySelector<HTMLInputElement>("[name=accent]:checked");
  if (!preview || !chosen) return;
  const show = (colour: string) => preview.style.setProperty("--shop-accent", colour);
  show(chosen.value);
  for (const input of root.querySelectorAll<HTMLInputElement>("[name=accent]")) {
    input.onchange = () => show(input.value);
  }
  const own = root.querySelector<HTMLInputElement>("[data-own-accent]");
  const radio = own?.form?.querySelector<HTMLInputElement>("[data-own-accent-choice]");
  if (!own || !radio) return;
  own.oninput = () => {
    radio.value = own.value;
    radio.checked = true;
    show(own.value);
  };
}
