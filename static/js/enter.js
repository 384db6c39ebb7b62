// Entering a month's figures quickly and without loss: <form data-enter="who"> around a table
// whose controls carry data-column. The form works without any of this.
(() => {
  "use strict";
  const form = document.querySelector("form[data-enter]");
  if (!form) return;

  const cells = () => [...form.querySelectorAll("[data-column]")];
  const rows = () => [...new Set(cells().map((cell) => cell.closest("tr")))];
  const cellOf = (row, column) => row?.querySelector(`[data-column="${CSS.escape(column)}"]`);
  const columns = (row) => [...row.querySelectorAll("[data-column]")].map((cell) => cell.dataset.column);

  // A place where screen readers hear what was done; it must be there before it is filled.
  const note = document.createElement("div");
  note.setAttribute("role", "status");
  form.prepend(note);
  function say(text, button) {
    const box = document.createElement("div");
    box.className = "govuk-inset-text";
    box.textContent = `${text} `;
    if (button) box.append(button);
    note.replaceChildren(box);
  }

  // ---- keeping what is typed. The key holds the person, for a tab that two people use.
  const key = `enter:${form.dataset.enter}:${window.location.pathname}`;
  const kept = () => JSON.parse(window.sessionStorage.getItem(key) || "{}");
  // The mark of what stood when it was typed goes back with it, so that the server still sees
  // that somebody else saved in between, and shows both.
  const seenBy = (cell) => form.elements.namedItem(`${cell.name.split("-")[0]}-seen`);
  const controls = () => cells().concat(rows().map((row) => seenBy(cellOf(row, "value"))));
  const first = new Map(controls().map((cell) => [cell.name, cell.value])); // as the server gave it
  function keep(cell) {
    const typed = kept();
    if (cell.value === first.get(cell.name)) delete typed[cell.name];
    else typed[cell.name] = { value: cell.value, was: first.get(cell.name), seen: seenBy(cell).value };
    cell.classList.toggle("unsaved", cell.name in typed);
    window.sessionStorage.setItem(key, JSON.stringify(typed));
  }

  function put(cell, value) {
    cell.value = value;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    cell.dispatchEvent(new Event("change", { bubbles: true })); // the row's check listens for this
  }

  function restore() {
    const typed = Object.entries(kept())
      .map(([name, entry]) => ({ cell: form.elements.namedItem(name), ...entry }))
      .filter(({ cell, value }) => cell && cell.value !== value);
    if (!typed.length) return;
    const changed = typed.filter(({ cell, was }) => cell.value !== was).length;
    typed.forEach(({ cell, value, seen }) => {
      seenBy(cell).value = seen;
      put(cell, value);
    });
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "govuk-button govuk-button--secondary";
    discard.textContent = "Discard them";
    discard.addEventListener("click", () => {
      typed.forEach(({ cell }) => {
        seenBy(cell).value = first.get(seenBy(cell).name);
        put(cell, first.get(cell.name));
      });
      say("Discarded. The page shows what is saved.");
    });
    say(
      `${typed.length} unsaved ${typed.length === 1 ? "entry" : "entries"} from earlier put back. Check and save.`
        + (changed ? ` ${changed} of them changed on the server meanwhile.` : ""),
      discard,
    );
  }

  form.addEventListener("input", (event) => {
    if (event.target.dataset.column) keep(event.target);
  });

  // ---- pasting a block from a spreadsheet: down the rows, and across where it has columns

  // Spreadsheets put a cell that holds a line break in quotes, with its own quotes doubled.
  function blockIn(text) {
    const lines = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*[\n\t](?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
      lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (end === "\n") lines.push([]);
      if (end === "") break;
    }
    return lines;
  }

  // What a control takes of a pasted text; a list takes what it offers, by its words.
  function taken(cell, text) {
    if (cell.tagName !== "SELECT" || !text) return text;
    const same = (option) => option.label.toLowerCase() === text.toLowerCase();
    return [...cell.options].find(same)?.value;
  }

  form.addEventListener("paste", (event) => {
    const start = event.target;
    const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n+$/, "");
    if (!start.dataset.column || start.tagName !== "INPUT" || !/[\n\t]/.test(text)) return;
    event.preventDefault();
    const below = rows().slice(rows().indexOf(start.closest("tr")));
    const across = columns(below[0]).slice(columns(below[0]).indexOf(start.dataset.column));
    const lines = blockIn(text);
    let filled = 0;
    lines.forEach((line, i) => line.forEach((value, j) => {
      const cell = across[j] && cellOf(below[i], across[j]);
      const text = cell && taken(cell, value.trim());
      if (text === undefined || cell.readOnly || cell.disabled) return;
      put(cell, text);
      filled += 1;
    }));
    const all = lines.reduce((sum, line) => sum + line.length, 0);
    const rest = filled < all ? " The others had no place here." : "";
    say(`${filled} of ${all} pasted ${all === 1 ? "cell" : "cells"} filled in.${rest} Check and save.`);
  });

  // ---- moving between rows as in a spreadsheet
  form.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const cell = event.target;
    if (!step || !cell.dataset.column || cell.tagName !== "INPUT" || event.altKey) return;
    const next = cellOf(rows()[rows().indexOf(cell.closest("tr")) + step], cell.dataset.column);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select?.();
  });

  // What the server has saved need not be kept: all of it on the page that follows a save, or, on
  // a page that shows some lines again, those of the lines that it names.
  const saved = form.dataset.saved;
  if (saved === "") {
    window.sessionStorage.removeItem(key);
  } else {
    const settled = new Set((saved || "").split(" "));
    const typed = Object.entries(kept()).filter(([name]) => !settled.has(name.split("-")[0]));
    window.sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed)));
    setTimeout(restore); // after htmx, which begins so too: what is put back is rated
  }
})();
