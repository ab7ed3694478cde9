
// What the league page does when it is read: sorting, filtering, the heat map, the units' sections.
// Everything comes from the page itself. Texts come from strangers' workbooks: they are only ever set as text
// (textContent), never as markup, and nothing here rounds or calculates: numbers are shown as they were written.
"use strict";
(function () {
  const CHUNK = 100; // rows that a table gets at a time
  const LIGHTEST_RATE = 40; // below it every rate is as red as can be
  const COLOURS = [[40, [244, 169, 162]], [80, [255, 242, 204]], [100, [169, 216, 174]]];
  const CLASSES = { number: "n", long: "long", state: "s" }; // of the kinds of columns that units' tables have
  const texts = new Intl.Collator("zh-CN", { numeric: true });

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function embedded(parent) {
    return JSON.parse(parent.querySelector("script[type='application/json']").textContent);
  }

  // A box that a table scrolls in.
  function boxOf(table, label) {
    const box = make("div", "box");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    box.append(table);
    return box;
  }

  function linkTo(id, text) {
    const link = make("a", "", text);
    link.href = "#" + encodeURIComponent(id);
    return link;
  }

  // ---- filtering

  function wordsOf(text) {
    return text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  function matches(text, words) {
    const plain = text.toLowerCase();
    return words.every((word) => plain.includes(word));
  }

  // What names the unit of a row or a section; nothing where it is about no unit.
  function unitText(element) {
    return Array.from(element.querySelectorAll(".u"), (part) => part.textContent).join(" ");
  }

  function filter(league, words) {
    for (const list of lists) {
      if (league.contains(list.body)) list.filter(words);
    }
    for (const unit of league.querySelectorAll("details.unit")) {
      unit.hidden = !matches(unitText(unit.querySelector("summary")), words);
    }
  }

  // ---- sorting

  // Compares two keys, numbers or texts; what has none (a blank) comes last whichever way is sorted.
  function compare(left, right, isDescending) {
    const isLeftBlank = left === "" || left === null;
    const isRightBlank = right === "" || right === null;
    if (isLeftBlank || isRightBlank) return isLeftBlank - isRightBlank;
    const order = typeof left === "number" && typeof right === "number" ? left - right : texts.compare(left, right);
    return isDescending ? -order : order;
  }

  function keyOf(cell, kind) {
    if (cell.dataset.order !== undefined) return Number(cell.dataset.order);
    if (kind !== "number") return cell.textContent;
    const number = parseFloat(cell.textContent.replace(/,/g, ""));
    return isNaN(number) ? "" : number;
  }

  // The rows of a table, which may be thousands: they are sorted and filtered as data and put into the table as they
  // come into sight, since a browser takes long to lay out a long table. All are put there to be printed.
  class Rows {
    // `text`: what names the unit of an item, none where an item is about no unit; `row`: the row of an item.
    constructor(box, table, items, text, row) {
      this.items = items;
      this.text = text;
      this.row = row;
      this.words = [];
      this.body = table.tBodies[0];
      this.end = make("div");
      box.append(this.end);
      // A margin only works for an observer's own root: the box that scrolls.
      this.observer = new IntersectionObserver((seen) => seen.some((item) => item.isIntersecting) && this.more(),
        { root: box, rootMargin: "800px" });
      lists.push(this);
    }

    // Makes the headings into buttons that sort. `key`: what an item is sorted by in a column.
    sortable(headings, key) {
      headings.forEach((heading, column) => {
        const button = make("button", "", heading.textContent);
        button.type = "button";
        heading.dataset.label = heading.textContent; // for print
        heading.textContent = "";
        heading.append(button);
        button.addEventListener("click", () => {
          const now = heading.getAttribute("aria-sort");
          const isDescending = now ? now === "ascending" : heading.dataset.kind === "number";
          headings.forEach((other) => other.removeAttribute("aria-sort"));
          heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
          this.sort((item) => key(item, column), isDescending);
        });
      });
    }

    sort(key, isDescending) {
      const keyed = this.items.map((item) => ({ item: item, key: key(item) }));
      keyed.sort((left, right) => compare(left.key, right.key, isDescending));
      this.items = keyed.map((pair) => pair.item);
      this.show();
    }

    filter(words) {
      this.words = words;
      this.show();
    }

    show() {
      this.shown = this.items.filter((item) => !this.text(item) || matches(this.text(item), this.words));
      this.body.textContent = "";
      this.built = 0;
      this.more();
    }

    more() {
      const items = this.shown.slice(this.built, this.built + CHUNK);
      this.body.append(...items.map(this.row));
      this.built += items.length;
      // Observing anew tells again when the end is still in sight.
      this.observer.disconnect();
      if (this.built < this.shown.length) this.observer.observe(this.end);
    }

    all() {
      while (this.built < this.shown.length) this.more();
    }
  }

  const lists = [];

  // Takes over a table that stands in the page.
  function takeOver(table) {
    const headings = Array.from(table.tHead.rows[0].cells);
    const items = Array.from(table.tBodies[0].rows, (row) => ({ row: row, text: unitText(row) }));
    const list = new Rows(table.parentElement, table, items, (item) => item.text, (item) => item.row);
    list.sortable(headings, (item, column) => keyOf(item.row.cells[column], headings[column].dataset.kind));
    list.show();
  }

  // ---- the heat map

  function colour(rate) {
    let below = COLOURS[0];
    for (const stop of COLOURS) {
      if (rate <= stop[0]) {
        const share = stop === below ? 0 : (rate - below[0]) / (stop[0] - below[0]);
        return "rgb(" + below[1].map((part, i) => Math.round(part + (stop[1][i] - part) * share)).join(",") + ")";
      }
      below = stop;
    }
    return "rgb(" + below[1].join(",") + ")";
  }

  function heatCell(value) {
    if (typeof value !== "number") return make("td", "h off", value);
    const cell = make("td", "h", value === 100 ? "100" : value.toFixed(1));
    cell.style.backgroundColor = colour(Math.max(value, LIGHTEST_RATE));
    return cell;
  }

  function heatRow(unit) {
    const row = make("tr");
    const name = make("td", "u");
    name.append(unit[0] ? linkTo(unit[0], unit[2]) : unit[2]);
    name.title = unit[1];
    row.append(make("td", "n", unit[3]), name, ...unit[4].map(heatCell));
    return row;
  }

  function heatHeadings(columns) {
    const rank = make("th", "n", "名次");
    rank.setAttribute("aria-sort", "ascending");
    const headings = [rank, make("th", "u", "单位")];
    for (const column of columns) {
      const heading = make("th", ("h " + column[2]).trim(), column[0]);
      heading.title = column[1];
      headings.push(heading);
    }
    headings.forEach(function (heading, column) {
      heading.scope = "col";
      heading.dataset.kind = column === 1 ? "name" : "number";
    });
    return headings;
  }

  function heatKey(unit, column) {
    if (column === 1) return unit[2];
    const number = parseFloat(column === 0 ? unit[3] : unit[4][column - 2]);
    return isNaN(number) ? "" : number;
  }

  // Builds a heat map when it is first looked at.
  function buildHeat(place) {
    const source = place.querySelector("script");
    if (!source) return;
    const data = embedded(place);
    source.remove();
    const table = make("table");
    const headings = heatHeadings(data.columns);
    const head = make("tr");
    head.append(...headings);
    table.createTHead().append(head);
    table.createTBody();
    const box = boxOf(table, "热力图");
    place.append(box);
    const list = new Rows(box, table, data.units, (unit) => unit[1] + " " + unit[2], heatRow);
    list.sortable(headings, heatKey);
    const input = place.closest("section.league").querySelector("input[type=search]");
    list.filter(wordsOf(input.value));
  }

  // ---- the units' sections

  const shapes = new Map();

  function shapeOf(unit) {
    const section = unit.closest("section.units");
    if (!shapes.has(section)) shapes.set(section, embedded(section));
    return shapes.get(section);
  }

  function facts(list) {
    const all = make("dl");
    for (const fact of list) {
      const pair = make("div");
      pair.append(make("dt", "", fact[0]), make("dd", "", fact[1]));
      all.append(pair);
    }
    return all;
  }

  function unitTable(title, columns, lead, rows, alerts) {
    // A column that is empty throughout says nothing.
    const full = rows.map((row, number) => (lead ? lead[number].concat(row) : row));
    const kept = columns.map((_, column) => column).filter((column) => full.some((row) => row[column] !== ""));
    const table = make("table");
    const head = table.createTHead().insertRow();
    for (const column of kept) {
      const heading = make("th", CLASSES[columns[column][1]], columns[column][0]);
      heading.scope = "col";
      heading.dataset.kind = columns[column][1];
      head.append(heading);
    }
    const body = table.createTBody();
    for (const row of full) {
      const line = body.insertRow();
      for (const column of kept) {
        const kind = columns[column][1];
        const cell = make("td", CLASSES[kind], row[column]);
        if (kind === "state" && alerts.some((word) => row[column].includes(word))) cell.classList.add("alert");
        line.append(cell);
      }
    }
    const box = boxOf(table, title);
    takeOver(table);
    return [make("h4", "", title), box];
  }

  // Builds what is in a unit's section, once.
  function build(unit) {
    const source = unit.querySelector("script");
    if (!source) return;
    const data = embedded(unit);
    const shape = shapeOf(unit);
    source.remove();
    unit.append(facts(data.facts));
    const lead = data.lead || shape.lead;
    shape.tables.forEach(function (table, place) {
      const rows = data.tables[place];
      if (rows.length) unit.append(...unitTable(table[0], table[1], lead[table[0]], rows, shape.alerts));
    });
  }

  // ---- finding one's way

  const leagues = [];

  // Shows one league; the others are out of sight, so that frameworks and years are never mixed.
  function choose(league) {
    leagues.forEach((other) => { other.hidden = other !== league; });
    for (const link of document.querySelectorAll("nav.leagues a")) {
      if (link.hash === "#" + encodeURIComponent(league.id)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // Goes where the address points, which may be in another league or in a unit's section that is still closed.
  function follow() {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch (error) {
      return; // not an address that this page has
    }
    const target = id ? document.getElementById(id) : null;
    if (!target) return;
    const league = target.closest("section.league");
    if (league) choose(league);
    if (target.matches("details.unit")) {
      target.hidden = false;
      target.open = true;
      build(target);
    }
    target.scrollIntoView();
  }

  // ---- beginning

  function begin() {
    leagues.push(...document.querySelectorAll("section.league"));
    document.querySelectorAll("table.sortable").forEach(takeOver);
    document.documentElement.className = "scripted";
    for (const league of leagues) {
      const input = league.querySelector("input[type=search]");
      let timer = 0;
      input.addEventListener("input", function () {
        clearTimeout(timer);
        timer = setTimeout(() => filter(league, wordsOf(input.value)), 120);
      });
    }
    const near = new IntersectionObserver(function (seen) {
      for (const item of seen) {
        if (item.isIntersecting) buildHeat(item.target);
      }
    }, { rootMargin: "400px" });
    document.querySelectorAll(".heatmap").forEach((place) => near.observe(place));
    // The event of a section that opens doesn't rise: it is caught on its way down.
    document.addEventListener("toggle", function (event) {
      if (event.target.matches("details.unit") && event.target.open) build(event.target);
    }, true);
    window.addEventListener("hashchange", follow);
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("section.league:not([hidden]) .heatmap").forEach(buildHeat);
      for (const list of lists) list.all();
    });
    if (leagues.length) choose(leagues.find((league) => "first" in league.dataset));
    follow();
  }

  // Until then only the first rows of each table are laid out (page.css).
  document.documentElement.className = "scripted loading";
  document.addEventListener("DOMContentLoaded", begin);
})();
