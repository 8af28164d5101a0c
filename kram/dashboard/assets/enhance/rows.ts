// Adds and removes rows of fields without a round trip; what was typed and chosen stays.
export function wireRows(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-add-row]")) {
    button.hidden = false;
    button.onclick = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      addRow(button);
    };
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-remove-row]")) {
    button.hidden = false;
    button.onclick = () => button.closest("[data-row]")?.remove();
  }
}

function addRow(button: HTMLButtonElement): void {
  const rows = document.querySelector(button.dataset.addRow ?? "");
  const pattern = rows?.querySelector<HTMLTemplateElement>("template");
  if (!rows || !pattern) return;
  const row = pattern.content.cloneNode(true) as DocumentFragment;
  number(row, rows.querySelectorAll("[data-row]").length);
  const first = row.querySelector<HTMLInputElement>("input:not([type=hidden])");
  rows.append(row);
  wireRows(rows);
  first?.focus();
}

// Labels point at ids, and ids must stay unique on the page.
function number(row: DocumentFragment, place: number): void {
  for (const element of row.querySelectorAll<HTMLElement>("[id], [for]")) {
    if (element.id) element.id = element.id.replace("ROW", `${place}`);
    const target = element.getAttribute("for");
    if (target) element.setAttribute("for", target.replace("ROW", `${place}`));
  }
}
