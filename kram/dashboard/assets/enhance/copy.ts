// <button data-copy="#id">: copies the text of the element and says so on the button.
export function wireCopying(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.onclick = () => void copy(button);
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = document.querySelector<HTMLElement>(button.dataset.copy ?? "");
  const label = button.querySelector<HTMLElement>("[data-label]");
  if (!source || !label) return;
  await navigator.clipboard.writeText(source.innerText.trim());
  const before = label.textContent;
  label.textContent = button.dataset.copied ?? before;
  setTimeout(() => (label.textContent = before), 2000);
}
