
// What the league page does when it is read: sorting, filtering, the heat map, the units' sections.
// Everything comes from the page itself. Texts come from strangers' workbooks: they are only ever set as text
// (textContent), never as markup, and nothing here rounds or calculates: numbers are shown as they were written.
"use strict";
(function () {
  const CHUNK = 100; // rows that a heat map gets at a time
  const LIGHTEST_RATE = 40; // below it every rate is as red as can be
  const COLOURS = [[40, [244, 169, 162]], [80, [255, 242, 204]], [100, [169, 216, 174]]];
  const CLASSES = { number: "n", unit: "u", long: "long", state: "s" };
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

  function linkTo(id, text) {
    const link = make("a", "", text);
    link.href = "#" + encodeURIComponent(id);
    return link;
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

  // Makes headings into buttons. `sort` gets the number of the column and whether the largest come first.
  function sortable(headings, sort) {
    headings.forEach(function (heading, column) {
      const button = make("button", "", heading.textContent);
      button.type = "button";
      heading.textContent = "";
      heading.append(button);
      button.addEventListener("click", function () {
        const now = heading.getAttribute("aria-sort");
        const isDescending = now ? now === "ascending" : heading.dataset.kind === "number";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
        sort(column, isDescending);
      });
    });
  }

  function sortTable(table, column, isDescending) {
    const kind = table.tHead.rows[0].cells[column].dataset.kind;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => ({ row: row, key: keyOf(row.cells[column], kind) }));
    rows.sort((left, right) => compare(left.key, right.key, isDescending));
    body.append(...rows.map((item) => item.row));
  }

  function sortableTable(table) {
    const headings = Array.from(table.tHead.rows[0].cells);
    sortable(headings, (column, isDescending) => sortTable(table, column, isDescending));
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
    name.append(linkTo(unit[0], unit[2]));
    name.title = unit[1];
    row.append(make("td", "n", unit[3]), name, ...unit[4].map(heatCell));
    return row;
  }

  // A heat map of thousands of rows: they are sorted and filtered as data, and built as they come into sight.
  class HeatMap {
    constructor(box) {
      const data = embedded(box);
      this.units = data.units;
      this.shown = this.units;
      this.words = [];
      this.built = 0;
      this.box = make("div", "box");
      this.box.tabIndex = 0;
      this.box.setAttribute("role", "region");
      this.box.setAttribute("aria-label", "热力图");
      const table = make("table");
      const headings = this.headings(data.columns);
      const head = make("tr");
      head.append(...headings);
      table.createTHead().append(head);
      this.body = table.createTBody();
      this.end = make("div");
      this.box.append(table, this.end);
      box.append(this.box);
      sortable(headings, (column, isDescending) => this.sort(column, isDescending));
      // Margins of an observer only work for its own root, here the box that scrolls.
      this.observer = new IntersectionObserver((seen) => seen.some((item) => item.isIntersecting) && this.more(),
        { root: this.box, rootMargin: "600px" });
      this.show();
    }

    headings(columns) {
      const rank = make("th", "n", "名次");
      const unit = make("th", "u", "单位");
      rank.setAttribute("aria-sort", "ascending");
      const found = columns.map(function (column) {
        const heading = make("th", ("h " + column[2]).trim(), column[0]);
        heading.title = column[1];
        return heading;
      });
      rank.dataset.kind = "number";
      found.forEach((heading) => { heading.dataset.kind = "number"; });
      [rank, unit, ...found].forEach((heading) => { heading.scope = "col"; });
      return [rank, unit, ...found];
    }

    sort(column, isDescending) {
      const key = function (unit) {
        if (column === 0) return unit[3] === "" ? "" : Number(unit[3]);
        if (column === 1) return unit[2];
        const number = parseFloat(unit[4][column - 2]);
        return isNaN(number) ? "" : number;
      };
      this.units = this.units.slice().sort((left, right) => compare(key(left), key(right), isDescending));
      this.show();
    }

    filter(words) {
      this.words = words;
      this.show();
    }

    show() {
      this.shown = this.units.filter((unit) => matches(unit[1] + " " + unit[2], this.words));
      this.body.textContent = "";
      this.built = 0;
      this.more();
    }

    more() {
      const rows = this.shown.slice(this.built, this.built + CHUNK);
      this.body.append(...rows.map(heatRow));
      this.built += rows.length;
      // Observing anew tells again when the end is still in sight.
      this.observer.disconnect();
      if (this.built < this.shown.length) this.observer.observe(this.end);
    }

    all() {
      while (this.built < this.shown.length) this.more();
    }
  }

  const heatMaps = new Map();

  function heatMap(box) {
    if (!heatMaps.has(box)) heatMaps.set(box, new HeatMap(box));
    return heatMaps.get(box);
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
    sortableTable(table);
    const box = make("div", "box");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", title);
    box.append(table);
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
    shape.tables.forEach(function (table, place) {
      const rows = data.tables[place];
      if (rows.length) unit.append(...unitTable(table[0], table[1], shape.lead[table[0]], rows, shape.alerts));
    });
  }

  // ---- filtering

  function matches(text, words) {
    const plain = text.toLowerCase();
    return words.every((word) => plain.includes(word));
  }

  function unitText(element) {
    return Array.from(element.querySelectorAll(".u"), (part) => part.textContent).join(" ");
  }

  function filter(league, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of league.querySelectorAll("table.sortable > tbody > tr, details.unit")) {
      const name = unitText(row);
      if (name) row.hidden = !matches(name, words);
    }
    for (const box of league.querySelectorAll(".heatmap")) {
      if (words.length || heatMaps.has(box)) heatMap(box).filter(words);
    }
  }

  // ---- finding one's way

  const leagues = Array.from(document.querySelectorAll("section.league"));

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

  document.documentElement.className = "scripted";
  document.querySelectorAll("table.sortable").forEach(sortableTable);
  for (const league of leagues) {
    const input = league.querySelector("input[type=search]");
    let timer = 0;
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(() => filter(league, input.value), 120);
    });
  }
  document.addEventListener("toggle", function (event) {
    if (event.target.matches("details.unit") && event.target.open) build(event.target);
  }, true);
  const near = new IntersectionObserver(function (seen) {
    for (const item of seen) {
      if (item.isIntersecting) {
        near.unobserve(item.target);
        heatMap(item.target);
      }
    }
  }, { rootMargin: "400px" });
  document.querySelectorAll(".heatmap").forEach((box) => near.observe(box));
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", function () {
    for (const box of document.querySelectorAll("section.league:not([hidden]) .heatmap")) heatMap(box).all();
  });
  if (leagues.length) choose(leagues[0]);
  follow();
})();
