// The search box: answers as one types, arrows choose, Enter opens, Esc leaves.
const PAUSE = 120;
const form = document.querySelector("form[data-search]");

function start() {
  const input = form.querySelector("[role=combobox]");
  const panel = form.querySelector(".search__panel");
  const status = form.querySelector("[role=status]");
  let timer, request, asked = "";

  const options = () => [...panel.querySelectorAll("[role=option]")];
  const chosen = () => panel.querySelector("[aria-selected=true]");

  function show(open) {
    panel.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(null);
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id); else input.removeAttribute("aria-activedescendant");
  }

  async function fetchAnswers(query) {
    request?.abort();
    request = new AbortController();
    const url = new URL(form.action);
    url.searchParams.set("q", query);
    const response = await fetch(url, { signal: request.signal, headers: { "HX-Request": "true" } });
    if (response.redirected) throw new Error("expired");
    if (!response.ok) throw new Error("failed");
    return response.text();
  }

  async function look() {
    const query = input.value.trim();
    if (query === asked && !panel.hidden) return true;
    asked = query;
    if (!query) { request?.abort(); show(false); return false; }
    try {
      const answer = await fetchAnswers(query);
      // Our own server wrote and escaped this fragment.
      panel.innerHTML = answer;
    } catch (error) {
      if (error.name === "AbortError") return false;
      const reason = error instanceof TypeError ? "offline" : error.message;
      document.dispatchEvent(new CustomEvent("shop:notice", { detail: reason }));
      asked = "";
      return false;
    }
    options().forEach((option, place) => { option.id ||= `found-${place}`; });
    status.textContent = options().length ? `找到 ${options().length} 条` : "没有找到";
    show(true);
    choose(options()[0] ?? null);
    return true;
  }

  function go(option) {
    if (option?.dataset.href) location.assign(option.dataset.href);
  }

  function move(step) {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    // Half a Chinese word is not yet a question.
    if (!event.isComposing) timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  input.addEventListener("focus", () => { if (input.value.trim() && input.value.trim() === asked && options().length) show(true); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !panel.hidden) { event.preventDefault(); move(step); }
    if (event.key === "Escape") {
      event.preventDefault();
      if (panel.hidden) { input.value = ""; input.blur(); } else show(false);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    // Enter typed faster than the answer waits for the answer, so that it opens what was typed and not what was there before.
    const current = await look();
    if (current && chosen()) go(chosen());
    else if (current || !asked) form.submit();
  });
  panel.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    // A link inside the option stays a link (open in a new tab, the audited link to another store).
    if (option && event.button === 0 && !event.target.closest("a, button")) { event.preventDefault(); go(option); }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
}

if (form) start();
