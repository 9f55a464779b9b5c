"use strict";
// The page of report.py, drawn from the JSON in #data. Every text from outside gets in by
// textContent, or by plain() where Plotly would take it for markup.
(() => {
  const main = document.getElementById("main");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const DASHES = ["solid", "7px,3px", "2px,3px", "8px,3px,2px,3px", "12px,2px",
    "5px,2px,2px,2px,2px,2px", "3px,1px"];
  const MARKS = ["circle", "square", "diamond", "triangle-up", "x", "cross", "star"];
  const ON_DARK = ["#4aa8ee", "#E69F00", "#f4f4f4", "#e08fbd", "#1fc795", "#a9dbfb", "#ff7d3c"];

  let data = JSON.parse(document.getElementById("data").textContent);
  let printing = false;
  let charts = [];
  let onEpoch = [];
  // What the reader has chosen; it stays when the data change.
  const state = {
    hidden: new Set(), log: new Map(), by: "epochs", reference: null, metric: null, seed: null,
    epoch: null, statistic: null, network: null, layer: null, playing: null, open: new Set(),
  };

  // Elements

  function el(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child != null));
    return node;
  }

  function svg(name, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function choice(label, options, chosen, change) {
    const box = el("select", { onchange: () => change(box.value) },
      ...options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
    return el("label", {}, label, box);
  }

  // Plotly reads a little HTML in its texts.
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isDark = () => dark.matches && !printing;

  function colour(place) {
    return (isDark() ? ON_DARK : data.colours)[place % data.colours.length];
  }

  function dash(place) {
    return DASHES[(place + Math.floor(place / data.colours.length)) % DASHES.length];
  }

  function faint(place, strength) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour(place).slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${strength})`;
  }

  const isShown = (place) => !state.hidden.has(data.variants[place]);
  const shown = () => data.variants.map((_, place) => place).filter(isShown);
  const isShare = (metric) => metric.group === "accuracy" || metric.group === "share";

  function text(value, share) {
    if (value == null) return "";
    if (share) return `${(100 * value).toFixed(1)} %`;
    const size = Math.abs(value);
    if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2);
    return String(Number(value.toPrecision(4)));
  }

  function plural(count, one) {
    return `${count} ${count === 1 ? one : `${one}s`}`;
  }

  // Charts

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target.chart);
  }, { rootMargin: "400px" });

  function layoutOf(chart, log) {
    const ink = printing ? "#000" : css("--ink");
    const line = printing ? "#ccc" : css("--line");
    const axis = { gridcolor: line, linecolor: line, zeroline: false, tickcolor: line,
      automargin: true, fixedrange: matchMedia("(pointer: coarse)").matches };
    const { x = {}, y = {}, ...rest } = chart.layout ? chart.layout() : {};
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
      margin: { l: 48, r: 10, t: 8, b: 38 }, height: chart.node.clientHeight || 250,
      font: { color: ink, size: 12, family: getComputedStyle(document.body).fontFamily },
      hovermode: data.variants.length > 6 ? "closest" : "x unified",
      hoverdistance: data.variants.length > 6 ? 20 : -1, // of few epochs the nearest is far
      hoverlabel: { bgcolor: printing ? "#fff" : css("--panel"), bordercolor: line,
        font: { color: ink, size: 12 }, namelength: -1 },
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
      xaxis: { ...axis, ...x },
      yaxis: { ...axis, ...y, ...(log
        ? { type: "log", range: undefined, autorange: true, autorangeoptions: undefined,
          rangemode: "normal", dtick: undefined,
          exponentformat: "power", minor: { showgrid: false } } : {}) },
      ...rest,
    };
  }

  function draw(chart) {
    chart.drawn = true;
    const log = chart.canLog && (state.log.get(chart.key) ?? chart.log);
    const traces = chart.traces(log);
    const layout = layoutOf(chart, log);
    if (log) {
      const values = traces.flatMap((each) => each.y).filter((value) => value > 0);
      // Of one decade or so more than 3 marks would be all of 1, 2, 3 … 9, on top of each other.
      layout.yaxis.nticks = Math.max(...values) < 40 * Math.min(...values) ? 3 : 5;
    }
    if (printing) Object.assign(layout, { width: chart.node.closest(".wide") ? 640 : 320 });
    Plotly.react(chart.node, traces, layout, { responsive: !printing, displaylogo: false,
      displayModeBar: false, doubleClick: "reset" });
    chart.node.setAttribute("aria-label", chart.alt());
    if (chart.button) chart.button.setAttribute("aria-pressed", String(Boolean(log)));
  }

  function redraw(which = () => true) {
    for (const chart of charts) if (chart.drawn && which(chart)) draw(chart);
  }

  // A chart with its title, a line of what it means, and a button for a logarithmic scale.
  function panel(title, hint, chart) {
    chart.node = el("div", { class: "plot", role: "img", "aria-label": title });
    chart.node.chart = chart;
    const header = el("header", {}, el("h3", {}, title));
    if (chart.canLog) {
      chart.button = el("button", {
        type: "button", "aria-pressed": "false", title: "logarithmic scale",
        onclick: () => {
          state.log.set(chart.key, !(state.log.get(chart.key) ?? chart.log));
          draw(chart);
        },
      }, "log");
      header.append(chart.button);
    }
    charts.push(chart);
    watcher.observe(chart.node);
    return el("figure", { class: "panel", "data-chart": chart.key }, header,
      hint ? el("div", { class: "hint" }, hint) : null, chart.node);
  }

  // An axis of epochs or layers. Of few Plotly would mark fractions, too, and round them.
  function whole(title, values) {
    const few = Math.max(...values) - Math.min(...values) < 13;
    return { title: { text: title, standoff: 6 }, tickformat: "d",
      ...(few ? { tick0: 0, dtick: 1 } : {}) };
  }

  // Lines of variants: [{place, x, mean, low, high, n}] to traces, a band below each line.
  function lines(series, share, log, name = (place) => data.variants[place]) {
    const bands = [];
    const means = [];
    const floor = log ? Math.min(...series.flatMap((each) =>
      [...each.mean, ...each.low].filter((value) => value > 0))) : -Infinity;
    for (const { place, x, mean, low, high, n, note } of series) {
      const look = { color: colour(place), width: 2, dash: dash(place) };
      if (n > 1 && x.length > 1) {
        bands.push({ x: [...x, ...[...x].reverse()], mode: "lines", fill: "toself",
          y: [...high, ...[...low].reverse()].map((value) => Math.max(value, floor)),
          fillcolor: faint(place, 0.16), line: { width: 0 }, hoverinfo: "skip" });
      }
      means.push({
        x, y: mean, name: plain(name(place)), line: look,
        mode: x.length > 45 ? "lines" : "lines+markers",
        marker: { size: x.length > 25 ? 4 : 7, symbol: MARKS[place % MARKS.length],
          color: colour(place) },
        error_y: n > 1 && x.length === 1 ? { type: "data", symmetric: false,
          array: [high[0] - mean[0]], arrayminus: [mean[0] - low[0]] } : undefined,
        text: mean.map((value, at) => text(value, share) + (note ? note(at)
          : n > 1 ? ` (${text(low[at], share)} to ${text(high[at], share)}, ${n} seeds)` : "")),
        hovertemplate: data.variants.length > 6
          ? "<b>%{fullData.name}</b><br>%{x}: %{text}<extra></extra>" : "%{text}",
      });
    }
    return [...bands, ...means];
  }

  // The seeds' mean, least and greatest at every x that all seeds have.
  function overSeeds(place, lists) {
    const maps = lists.map(([x, y]) => new Map(x.map((at, i) => [at, y[i]])
      .filter(([at, value]) => at != null && value != null))).filter((map) => map.size);
    if (!maps.length) return null;
    const x = [...maps[0].keys()].filter((at) => maps.every((map) => map.has(at)))
      .sort((a, b) => a - b);
    const columns = x.map((at) => maps.map((map) => map.get(at)));
    return { place, x, n: maps.length,
      // Of equal values exactly theirs: an axis of the rounding alone would have no marks.
      mean: columns.map((column) => Number((column.reduce((a, b) => a + b, 0) / column.length)
        .toPrecision(12))),
      low: columns.map((column) => Math.min(...column)),
      high: columns.map((column) => Math.max(...column)) };
  }

  function curve(name, place) {
    const found = [];
    data.runs.forEach((run, at) => {
      if (run.variant !== place) return;
      const { epochs, steps, quality } = data.curves[at];
      const table = [state.by === "steps" ? steps : null, epochs, quality]
        .find((each) => each && name in each);
      if (!table) return;
      const x = state.by === "epochs" || table === steps ? table.x : table.step;
      if (x) found.push([x, table[name]]);
    });
    return found.length ? overSeeds(place, found) : null;
  }

  function curveChart(name) {
    const metric = data.metrics[name];
    const share = isShare(metric);
    const all = () => shown().map((place) => curve(name, place)).filter(Boolean);
    return panel(metric.title, [metric.hint, metric.better && `${metric.better} is better`]
      .filter(Boolean).join("; "), {
      key: name, canLog: true, log: false,
      traces: (log) => lines(all(), share, log),
      layout: () => ({
        x: whole(state.by === "epochs" ? "epoch" : "step", all().flatMap((each) => each.x)),
        y: share ? { autorangeoptions: { clipmin: -0.03, clipmax: 1.03 }, tickformat: ",~%" }
          : { rangemode: "tozero", tickformat: "~g" },
      }),
      alt: () => `Lines of ${metric.title} by ${state.by === "epochs" ? "epoch" : "step"}. At the `
        + `end: ${all().filter((each) => each.x.length).map((each) => `${data.variants[each.place]} `
        + text(each.mean.at(-1), share)).join(", ")}.`,
    });
  }

  // Header

  function listed(names) {
    return names.length < 2 ? names.join("")
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }

  function header() {
    const { variants, runs } = data;
    const seeds = [...new Set(runs.map((run) => run.seed))];
    const title = variants.length > 4 ? `${variants.length} ways to begin, compared`
      : variants.length > 1 ? `${listed(variants)}, compared` : variants[0];
    document.title = title;
    const epochs = runs.map((run) => run.epochs);
    const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
    const kind = data.kind === "gan" ? "GAN" : "classifier";
    const { images, rows, columns } = data.images;
    const size = images ? ` (${images} images${rows ? ` of ${rows} × ${columns}` : ""})` : "";
    const open = runs.filter((run) => !run.finished).length;
    return el("header", {}, el("h1", {}, title),
      el("p", {}, `${plural(runs.length, "run")} of a ${kind} on ${data.data}${size}, `
        + `${seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(", ")}`}, `
        + `${least === most ? plural(least, "epoch") : `${least} to ${most} epochs`}.`
        + (variants.length > 1 ? " Runs of one seed see the same images in the same order"
          + `${data.kind === "gan" ? ", and the same noise" : ""}; they differ in ${
            data.differing.length ? `what ${data.differing.length > 1 ? "the first table" : "the table"}`
              + " of “What was compared” lists" : "nothing"}.` : "")),
      open ? el("p", {}, el("strong", {}, `${open} of ${plural(runs.length, "run")} not finished: `),
        "what is here is up to now.") : null);
  }

  function legend() {
    return el("div", { class: "legend", role: "group", "aria-label": "what is shown" },
      ...data.variants.map((name, place) => {
        const key = svg("svg", { class: "key", viewBox: "0 0 42 12", "aria-hidden": "true" },
          svg("line", { x1: 1, x2: 41, y1: 6, y2: 6, stroke: colour(place), "stroke-width": 3,
            "stroke-dasharray": dash(place) === "solid" ? "none" : dash(place).replace(/px/g, "") }));
        const button = el("button", {
          type: "button", "aria-pressed": String(isShown(place)), title: "show or hide",
          onclick: () => {
            if (!state.hidden.delete(name)) state.hidden.add(name);
            button.setAttribute("aria-pressed", String(isShown(place)));
            redraw();
            for (const update of onEpoch) update();
          },
        }, key, el("span", {}, name));
        return button;
      }));
  }

  function renewLegend() {
    main.querySelector(".legend")?.replaceWith(legend());
  }

  // The answer

  const pairsWith = (place) => data.answer.pairs.filter((pair) => pair.first === place);

  function interval(row, widest) {
    const scale = (value) => 75 + 70 * Math.max(-1, Math.min(1, value / widest));
    const [low, high] = [row.mean - (row.margin ?? 0), row.mean + (row.margin ?? 0)].map(scale);
    const middle = scale(row.mean);
    return svg("svg", { class: "interval", viewBox: "0 0 150 20", role: "img",
      "aria-label": row.margin == null ? "one seed: no interval"
        : row.clear ? "the interval lies on one side of zero" : "the interval includes zero" },
    svg("line", { x1: 75, x2: 75, y1: 0, y2: 20, stroke: "currentColor", "stroke-opacity": 0.5 }),
    svg("line", { x1: low, x2: high, y1: 10, y2: 10, stroke: "currentColor",
      "stroke-width": row.clear ? 4 : 1.5, "stroke-dasharray": row.clear ? "none" : "3 2" }),
    svg("circle", { cx: middle, cy: 10, r: 4, fill: row.clear ? "currentColor" : css("--paper"),
      stroke: "currentColor", "stroke-width": 1.5 }));
  }

  function differencesTable(pair) {
    const [first, second] = [data.variants[pair.first], data.variants[pair.second]];
    const body = el("tbody");
    const groups = data.kind === "gan"
      ? [["Image quality", (metric) => !metric.hint.includes("opponent")],
        ["The game between the networks: no measure of quality",
          (metric) => metric.hint.includes("opponent")]]
      : [["", () => true]];
    for (const [title, belongs] of groups) {
      const rows = Object.entries(pair.rows).filter(([name]) => belongs(data.metrics[name]));
      if (rows.length && title) {
        body.append(el("tr", { class: "group" }, el("th", { colspan: 7, scope: "rowgroup" }, title)));
      }
      for (const [name, row] of rows) {
        const { title: label, better } = data.metrics[name];
        const direction = row.mean > 0 ? "higher" : "lower";
        const judged = row.clear && better ? (better === direction ? ", better" : ", worse") : "";
        body.append(el("tr", {},
          el("td", {}, label), el("td", { class: "figure" }, row.figures[0]),
          el("td", { class: "figure" }, row.figures[1]), el("td", { class: "figure" }, row.amount),
          el("td", {}, interval(row, Math.abs(row.mean) + (row.margin ?? 0) || 1)),
          el("td", {}, row.margin == null ? "one seed: can't tell"
            : row.clear ? el("span", { class: "clear" }, `clearly ${direction}${judged}`)
              : "no clear difference"),
          el("td", {}, row.margin == null ? "" : row.always ? "every epoch"
            : row.when ? `epoch ${row.when}` : "no epoch")));
      }
    }
    return el("div", { class: "scroll" }, el("table", { class: "unbroken" },
      el("thead", {}, el("tr", {}, el("th", {}, ""), el("th", {}, first), el("th", {}, second),
        el("th", {}, `${second} is … than ${first}`), el("th", {}, "interval and zero"),
        el("th", {}, "more than chance?"), el("th", {}, "clear at"))), body));
  }

  // The paired difference at every epoch that all common seeds have.
  function differenceByEpoch(pair, name) {
    const tables = [pair.first, pair.second].map((place) => {
      const bySeed = new Map();
      data.runs.forEach((run, at) => {
        const { epochs, quality } = data.curves[at];
        const table = [epochs, quality].find((each) => each && name in each);
        if (run.variant === place && table) {
          bySeed.set(run.seed, new Map(table.x.map((x, i) => [x, table[name][i]])
            .filter(([, value]) => value != null)));
        }
      });
      return bySeed;
    });
    const seeds = [...tables[0].keys()].filter((seed) => tables[1].has(seed));
    if (!seeds.length) return null;
    const x = [...tables[0].get(seeds[0]).keys()].filter((at) => seeds.every((seed) =>
      tables.every((table) => table.get(seed).has(at)))).sort((a, b) => a - b);
    const n = seeds.length;
    const result = { place: pair.second, x, n, mean: [], low: [], high: [] };
    for (const at of x) {
      const values = seeds.map((seed) => tables[1].get(seed).get(at) - tables[0].get(seed).get(at));
      const mean = values.reduce((a, b) => a + b, 0) / n;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const margin = n > 1 ? data.t[n - 1] * Math.sqrt(squares / (n - 1) / n) : 0;
      result.mean.push(mean);
      result.low.push(mean - margin);
      result.high.push(mean + margin);
    }
    return result;
  }

  function differenceChart(reference) {
    const pairs = pairsWith(reference);
    const names = Object.keys(data.metrics).filter((name) => pairs.some((pair) => name in pair.rows));
    const first = [...(data.kind === "gan" ? ["frechet_distance", "g_loss"] : ["test_accuracy"]),
      ...names].find((name) => names.includes(name));
    if (!names.includes(state.metric)) state.metric = first;
    const metric = () => data.metrics[state.metric];
    const all = () => pairs.filter((pair) => isShown(pair.second))
      .map((pair) => differenceByEpoch(pair, state.metric)).filter((each) => each && each.x.length);
    const base = data.variants[reference];
    const chart = {
      key: "difference", canLog: false,
      traces: () => {
        const series = all();
        for (const each of series) {
          each.note = (at) => each.n < 2 ? " (one seed)" : (each.low[at] > 0 || each.high[at] < 0
            ? " clear" : " no clear difference")
            + ` (${text(each.low[at], isShare(metric()))} to ${text(each.high[at], isShare(metric()))})`;
        }
        return lines(series, isShare(metric()), false, (place) => `${data.variants[place]} − ${base}`);
      },
      layout: () => {
        const series = all();
        // A wide interval of few seeds may leave the panel.
        const reach = 1.15 * Math.max(...series.flatMap((each) => each.mean.map((mean, at) =>
          Math.min(Math.max(Math.abs(each.low[at]), Math.abs(each.high[at])), 2.5 * Math.abs(mean)))),
        ...series.flatMap((each) => each.mean.map(Math.abs)), 0);
        const limit = reach > 1e-9 ? reach : 1; // less is rounding
        return {
          x: whole("epoch", series.flatMap((each) => each.x)),
          y: { range: [-limit, limit], tickformat: isShare(metric()) ? "+,~%" : "+~g" },
          shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: 0, y1: 0,
            line: { color: printing ? "#000" : css("--ink"), width: 2 } }],
        };
      },
      alt: () => `Lines of the difference in ${metric().title} from ${base} by epoch: ${
        all().map((each) => `${data.variants[each.place]} at the end ${
          text(each.mean.at(-1), isShare(metric()))}`).join(", ")}.`,
    };
    const figure = panel("The difference by epoch", `Above the line: higher than ${base}; below: `
      + "lower. Where a band does not touch the line, the difference is more than chance (95 %).", chart);
    figure.classList.add("wide");
    const picker = choice("Difference in", names.map((name) => [name, data.metrics[name].title]),
      state.metric, (name) => { state.metric = name; draw(chart); });
    return [el("div", { class: "row" }, picker), figure];
  }

  function answer() {
    const section = el("section", { id: "answer" }, el("h2", {}, "The answer"));
    const { variants } = data;
    const { pairs, span } = data.answer;
    if (!pairs.length) {
      const metrics = Object.entries(data.metrics);
      section.append(el("p", {}, variants.length > 1
        ? "No two of these can be compared seed by seed: they share no seed, or differ in more than "
          + "one thing." : "Only one way to begin is here, so there is nothing to compare. At the end:"));
      if (variants.length < 2) {
        section.append(el("table", {}, el("tbody", {}, ...metrics.map(([name, metric]) => {
          const all = curve(name, 0);
          return all?.x.length ? el("tr", {}, el("td", {}, metric.title),
            el("td", { class: "figure" }, text(all.mean.at(-1), isShare(metric))),
            el("td", { class: "soft" }, all.n > 1 ? `${text(all.low.at(-1), isShare(metric))} to ${
              text(all.high.at(-1), isShare(metric))}, ${all.n} seeds` : ""),
            el("td", { class: "hint" }, metric.hint)) : null;
        }).filter(Boolean))));
      }
      return section;
    }
    const bases = variants.map((_, place) => place).filter((place) => pairsWith(place).length);
    let reference = variants.indexOf(state.reference);
    if (!bases.includes(reference)) [reference] = bases;
    const body = el("div");
    function fill() {
      charts = charts.filter((chart) => chart.key !== "difference");
      const seen = pairsWith(reference);
      body.replaceChildren(...seen.map((pair) => {
        const [[tone, head], ...rest] = pair.words;
        return el("div", { class: `answer ${tone}` }, el("p", { class: "head" }, head),
          ...rest.map(([, sentence]) => el("p", {}, sentence)));
      }), ...differenceChart(reference));
      body.append(...seen.map((pair, at) => {
        const name = `${variants[pair.second]} against ${variants[pair.first]}`;
        return fold(`differences ${name}`, `All figures: ${name}`, () => differencesTable(pair),
          seen.length === 1 || at === 0);
      }));
    }
    if (bases.length > 2) {
      section.append(el("div", { class: "row" }, choice("Compared with",
        bases.map((place) => [String(place), variants[place]]), String(reference), (value) => {
          reference = Number(value);
          state.reference = variants[reference];
          fill();
        })));
    }
    fill();
    const epochs = span[0] === span[1] ? `epoch ${span[0]}` : `epochs ${span[0]} to ${span[1]}`;
    section.append(body, el("p", { class: "hint" },
      `Figures are means over ${epochs}, then over seeds. Differences are taken between runs of one `
      + "seed; after ± stands half of the 95 % interval (Student’s t). Where the interval includes "
      + "zero, there is no clear difference: chance alone could do it. With many figures, one in "
      + "twenty looks clear by chance."));
    return section;
  }

  function fold(key, title, content, open) {
    const node = el("details", { ontoggle: () => {
      if (node.open === Boolean(open)) state.open.delete(key);
      else state.open.add(key);
    } }, el("summary", {}, title), content());
    node.open = state.open.has(key) ? !open : Boolean(open);
    return node;
  }

  // Curves

  function curves() {
    const names = Object.keys(data.metrics);
    const isOfGame = (name) => data.metrics[name].hint.includes("opponent");
    const quality = data.kind === "gan" ? names.filter((name) => !isOfGame(name)) : [];
    const rest = names.filter((name) => !quality.includes(name));
    const section = el("section", { id: "curves" }, el("h2", {}, "By epoch and by step"));
    const buttons = ["epochs", "steps"].map((by) => el("button", {
      type: "button", "data-by": by, "aria-pressed": String(state.by === by),
      onclick: () => {
        state.by = by;
        for (const button of buttons) {
          button.setAttribute("aria-pressed", String(button.dataset.by === by));
        }
        redraw((chart) => chart.key in data.metrics);
      },
    }, by === "epochs" ? "by epoch" : "by step"));
    const several = data.runs.length > data.variants.length;
    const hasSteps = data.curves.some((curve) => curve.steps);
    section.append(hasSteps ? el("div", { class: "row" }, ...buttons) : "",
      el("p", { class: "hint" }, (several ? "A line is the mean over seeds, its band reaches from the "
        + "lowest seed to the highest. " : "") + "A click on a name above hides its lines; “log” "
        + "changes the scale."));
    if (quality.length) {
      section.append(el("h3", {}, "Quality of the images"),
        el("div", { class: "grid" }, ...quality.map(curveChart)),
        el("h3", {}, "Losses and accuracies: how each network does against the other"));
    }
    section.append(el("div", { class: "grid" }, ...rest.map(curveChart)));
    return section;
  }

  // The slider over epochs, one position for samples and layers

  function allEpochs() {
    const found = new Set(data.samples?.epochs ?? []);
    for (const networks of Object.values(data.layers?.values ?? {})) {
      for (const { epochs } of Object.values(networks)) for (const epoch of epochs) found.add(epoch);
    }
    return [...found].sort((a, b) => a - b);
  }

  function setEpoch(epoch) {
    state.epoch = epoch;
    for (const update of onEpoch) update();
    redraw((chart) => chart.ofEpoch);
  }

  function stop() {
    clearInterval(state.playing);
    state.playing = null;
    for (const button of document.querySelectorAll(".play")) button.textContent = "▶ play";
  }

  function slider(id) {
    const epochs = allEpochs();
    if (!epochs.includes(state.epoch)) state.epoch = epochs.at(-1);
    const input = el("input", { type: "range", id, min: 0, max: epochs.length - 1, step: 1,
      "aria-label": "epoch", oninput: () => { stop(); setEpoch(epochs[Number(input.value)]); } });
    const label = el("span", { class: "at" });
    const update = () => {
      input.value = epochs.indexOf(state.epoch);
      const words = state.epoch === 0 ? "before training" : `epoch ${state.epoch}`;
      label.textContent = words;
      input.setAttribute("aria-valuetext", words);
    };
    onEpoch.push(update);
    update();
    const play = el("button", { type: "button", class: "play", onclick: () => {
      if (state.playing) return stop();
      if (state.epoch === epochs.at(-1)) setEpoch(epochs[0]);
      for (const button of document.querySelectorAll(".play")) button.textContent = "⏸ pause";
      state.playing = setInterval(() => {
        const next = epochs[epochs.indexOf(state.epoch) + 1];
        if (next === undefined) stop();
        else setEpoch(next);
      }, Math.max(150, Math.min(700, 9000 / epochs.length)));
    } }, state.playing ? "⏸ pause" : "▶ play");
    return el("div", { class: "row" }, play, el("span", { class: "slider" }, input), label);
  }

  // Samples

  function samples() {
    if (!data.samples) return null;
    const { runs, digits } = data.samples;
    const seeds = [...new Set(Object.keys(runs).map((at) => data.runs[at].seed))]
      .sort((a, b) => (a.length - b.length) || (a < b ? -1 : 1));
    if (!seeds.includes(state.seed)) [state.seed] = seeds;
    const grid = el("div", { class: `samples${data.variants.length < 4 ? " few" : ""}` });
    const figures = data.variants.map((name) => {
      const image = el("img", { decoding: "async" });
      const caption = el("figcaption");
      const figure = el("figure", {}, image, caption);
      grid.append(figure);
      return { name, image, caption, figure };
    });
    function update() {
      figures.forEach(({ name, image, caption, figure }, place) => {
        const at = data.runs.findIndex((run) => run.variant === place && run.seed === state.seed);
        const pictures = runs[at];
        figure.hidden = !isShown(place) || !pictures;
        if (figure.hidden) return;
        const found = Object.keys(pictures).map(Number).filter((epoch) => epoch <= state.epoch);
        const epoch = found.length ? Math.max(...found) : Math.min(...Object.keys(pictures).map(Number));
        const source = `data:image/webp;base64,${pictures[epoch]}`;
        if (image.src !== source) image.src = source;
        const when = epoch === 0 ? "before training" : `after epoch ${epoch}`;
        caption.textContent = epoch === state.epoch ? name : `${name}, ${when}`;
        image.alt = `${digits} images that the generator of ${name}, seed ${state.seed}, draws ${when}`;
      });
    }
    onEpoch.push(update);
    const section = el("section", { id: "samples" },
      el("h2", {}, "What the generators draw"),
      el("p", { class: "hint" }, `${digits} images from noise that stays the same, so that only the `
        + "generator changes. The slider takes the arrow keys, too."),
      slider("samples-epoch"));
    if (seeds.length > 1) {
      section.append(el("div", { class: "row" }, choice("Seed", seeds.map((seed) => [seed, seed]),
        state.seed, (seed) => { state.seed = seed; update(); })));
    }
    section.append(grid);
    update();
    return section;
  }

  // Layers

  function layerValue(at, network, statistic, epoch, layer) {
    const table = data.layers.values[at]?.[network];
    const grid = table?.grids[statistic];
    if (!grid) return null;
    const row = table.epochs.findLastIndex((each) => each <= epoch);
    return row < 0 ? null : grid[row][table.layers.indexOf(layer)] ?? null;
  }

  function verdicts() {
    if (!data.verdicts) return null;
    const { columns, rows } = data.verdicts;
    const used = columns.map((_, at) => rows.some((row) => row.figures[at] != null));
    return el("div", { id: "verdicts" }, el("h3", {}, "What the weights promised before the first step"),
      el("p", { class: "hint" }, "The program’s verdict on each network at step 0, from the size of "
        + "its signals and gradients alone."),
      el("div", { class: "scroll" }, el("table", { class: "unbroken" }, el("thead", {}, el("tr", {},
        el("th", {}, ""), el("th", {}, "network"), el("th", {}, "verdict"),
        ...columns.filter((_, at) => used[at]).map((name) => el("th", {}, name)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {},
        el("td", { class: "long" }, data.variants[row.variant]), el("td", {}, row.network),
        el("td", {}, el("strong", {}, row.likely === row.n ? "likely to learn"
          : row.likely === 0 ? "unlikely to learn"
            : `likely to learn in ${row.likely} of ${row.n} seeds`),
        row.obstacles.length ? `: ${row.obstacles.join(", ")}` : ""),
        ...row.figures.filter((_, at) => used[at])
          .map((value) => el("td", { class: "figure" }, text(value)))))))));
  }

  function histogram(bars, low, high, place) {
    const [width, height, top] = [150, 60, 3];
    const picture = svg("svg", { class: "histogram", viewBox: "0 0 150 74", role: "img",
      "aria-label": `histogram from ${text(low)} to ${text(high)}` });
    picture.append(svg("line", { x1: 0, x2: width, y1: height, y2: height,
      stroke: "currentColor", "stroke-opacity": 0.4 }));
    if (bars) {
      const [start, step, shares] = bars;
      const x = (value) => high > low ? (value - low) / (high - low) * width : width / 2;
      const [first, second = 0] = [...shares].sort((a, b) => b - a);
      const limit = second && first > 3 * second ? Math.max(3 * second, first / 10) : first;
      shares.forEach((share, at) => {
        if (!share) return;
        const size = Math.max(0.5, Math.min(1, share / limit) * (height - top));
        const breadth = Math.max(step ? x(start + step) - x(start) : 0, 1.5);
        picture.append(svg("rect", { x: Math.min(x(start + at * step), width - breadth),
          y: height - size, width: breadth, height: size, fill: colour(place) }));
        if (share > limit) {
          const at0 = x(start + at * step);
          const right = at0 > width / 2;
          picture.append(Object.assign(svg("text", { x: right ? at0 - 3 : at0 + breadth + 3, y: 11,
            "text-anchor": right ? "end" : "start", "font-size": 11, fill: "currentColor" }),
          { textContent: `${(share / 10).toFixed(0)} %` }));
        }
      });
    }
    for (const [value, anchor, at] of [[low, "start", 0], [high, "end", width]]) {
      picture.append(Object.assign(svg("text", { x: at, y: 72, "text-anchor": anchor,
        "font-size": 10, fill: "currentColor", "fill-opacity": 0.75 }),
      { textContent: text(Number(value.toPrecision(2))) }));
    }
    return picture;
  }

  function histograms() {
    const box = el("div", { class: "scroll" });
    function update() {
      const rows = [];
      const layers = new Set();
      for (const [at, networks] of Object.entries(data.layers.histograms)) {
        const { variant, seed } = data.runs[at];
        const byEpoch = networks[state.network];
        if (!byEpoch || !isShown(variant)) continue;
        for (const inside of Object.values(byEpoch)) {
          for (const layer of Object.keys(inside)) layers.add(Number(layer));
        }
        const found = Object.keys(byEpoch).map(Number).filter((epoch) => epoch <= state.epoch);
        rows.push({ variant, seed, byEpoch, bars: found.length ? byEpoch[Math.max(...found)] : {} });
      }
      const order = [...layers].sort((a, b) => a - b);
      const spans = order.map((layer) => {
        let [low, high] = [Infinity, -Infinity];
        for (const { byEpoch } of rows) {
          for (const inside of Object.values(byEpoch)) {
            if (!inside[layer]) continue;
            const [start, step, shares] = inside[layer];
            low = Math.min(low, start);
            high = Math.max(high, start + step * shares.length);
          }
        }
        return [low, high];
      });
      const functions = data.layers.networks[state.network].functions;
      rows.sort((a, b) => a.variant - b.variant);
      box.replaceChildren(rows.length ? el("table", { class: "histograms" },
        el("thead", {}, el("tr", {}, el("th"), ...order.map((layer) =>
          el("th", {}, `layer ${layer}${functions[layer] ? `, ${functions[layer]}` : ""}`)))),
        el("tbody", {}, ...rows.map(({ variant, seed, bars }) => el("tr", {},
          el("th", { scope: "row" }, data.runs.length > data.variants.length
            ? `${data.variants[variant]}, seed ${seed}` : data.variants[variant]),
          ...order.map((layer, at) => el("td", {},
            histogram(bars[layer], ...spans[at], variant))))))) : el("p", { class: "hint" },
        "No histograms of this network."));
    }
    onEpoch.push(update);
    update();
    return { box, update };
  }

  function layers() {
    if (!data.layers) return data.verdicts ? el("section", { id: "layers" },
      el("h2", {}, "The layers"), verdicts()) : null;
    const { networks, statistics, reduced } = data.layers;
    const names = Object.keys(networks);
    if (!names.includes(state.network)) [state.network] = names;
    if (!statistics.some(([name]) => name === state.statistic)) [[state.statistic]] = statistics;
    const chosen = () => statistics.find(([name]) => name === state.statistic);
    const fit = () => {
      const all = networks[state.network].layers;
      if (!all.includes(state.layer)) [state.layer] = all.slice(-2);
      return all;
    };
    fit();
    const epochsOf = () => [...new Set(Object.values(data.layers.values)
      .flatMap((each) => each[state.network]?.epochs ?? []))].sort((a, b) => a - b);
    const series = (x, value) => shown().map((place) => {
      const lists = [];
      data.runs.forEach((run, at) => {
        if (run.variant === place && data.layers.values[at]) lists.push([x, x.map((each) => value(at, each))]);
      });
      return lists.length ? overSeeds(place, lists) : null;
    }).filter((each) => each && each.x.length);
    const byLayer = () => series(networks[state.network].layers,
      (at, layer) => layerValue(at, state.network, state.statistic, state.epoch, layer));
    const byEpoch = () => series(epochsOf(),
      (at, epoch) => layerValue(at, state.network, state.statistic, epoch, state.layer));
    const isShareNow = () => chosen()[2] === "share";
    const y = () => isShareNow() ? { range: [-0.03, 1.03], tickformat: ",~%" } : { tickformat: "~g" };
    const alt = (what, all) => `Lines of ${chosen()[1]} ${what}, of the ${state.network}: ${
      all.map((each) => `${data.variants[each.place]} from ${text(each.mean[0], isShareNow())} to ${
        text(each.mean.at(-1), isShareNow())}`).join(", ")}.`;
    const charting = (key, what, all, title) => ({
      key, canLog: true, ofEpoch: key === "by-layer",
      get log() { return chosen()[2] === "log"; },
      traces: (log) => lines(all(), isShareNow(), log),
      layout: () => ({ x: whole(title, all().flatMap((each) => each.x)), y: y() }),
      alt: () => alt(what(), all()),
    });
    const first = charting("by-layer", () => `by layer at epoch ${state.epoch}`, byLayer, "layer");
    const second = charting("by-epoch", () => `of layer ${state.layer} by epoch`, byEpoch, "epoch");
    const heads = [panel("", " ", first), panel("", " ", second)];
    const bars = histograms();
    const layerBox = el("span");
    function update() {
      const [, title, , hint] = chosen();
      const when = state.epoch === 0 ? "before training" : `epoch ${state.epoch}`;
      heads[0].querySelector("h3").textContent = `${title}: by layer, ${when}`;
      heads[1].querySelector("h3").textContent = `${title}: layer ${state.layer} by epoch`;
      for (const head of heads) {
        head.querySelector(".hint").textContent = [`the ${state.network}`, hint].filter(Boolean).join("; ");
      }
    }
    function change() {
      const all = fit();
      layerBox.replaceChildren(choice("Layer", all.map((layer) => [String(layer), String(layer)]),
        String(state.layer), (value) => { state.layer = Number(value); change(); }));
      // A scale that was chosen belongs to the statistic that it was chosen for.
      update();
      for (const chart of [first, second]) if (chart.drawn) draw(chart);
      bars.update();
    }
    onEpoch.push(update);
    const section = el("section", { id: "layers" }, el("h2", {}, "The layers"), verdicts(),
      el("h3", {}, "What goes through them"),
      el("div", { class: "row" },
        choice("Network", names.map((name) => [name, name]), state.network,
          (value) => { state.network = value; change(); }),
        choice("Statistic", statistics.map(([name, title]) => [name, title]), state.statistic,
          (value) => { state.statistic = value; state.log.delete("by-layer"); state.log.delete("by-epoch"); change(); }),
        layerBox),
      slider("layers-epoch"),
      el("div", { class: "grid" }, ...heads),
      el("h3", {}, "Histograms of the activations"),
      el("p", { class: "hint" }, "The same range for all, so that a signal that is lost is a peak. A "
        + "peak that would dwarf the rest is cut, and has its share beside it."), bars.box,
      reduced ? el("p", { class: "hint" }, "Of each, the lowest seed.") : null);
    change();
    return section;
  }

  // Details

  function details() {
    const { variants, differing, common, runs } = data;
    const section = el("section", { id: "compared" }, el("h2", {}, "What was compared"));
    if (differing.length && variants.length > 1) {
      section.append(el("h3", {}, "What differs"), el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, el("th", {}, "option"),
          ...variants.map((name) => el("th", {}, name)))),
        el("tbody", {}, ...differing.map(([name, values]) => el("tr", {}, el("td", {}, name),
          ...values.map((value) => el("td", { class: "long" }, value))))))));
    }
    section.append(fold("common", "What all have in common: options, data, machine, program", () =>
      el("div", { class: "scroll" }, el("table", {}, el("tbody", {},
        ...common.flatMap(([group, rows]) => [
          el("tr", { class: "group" }, el("th", { colspan: 2, scope: "rowgroup" }, group)),
          ...rows.map(([name, value]) => el("tr", {}, el("td", {}, name),
            el("td", { class: "long" }, value)))])))), false));
    section.append(fold("runs", `The ${plural(runs.length, "run")}`, () =>
      el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ...["", "seed", "epochs", "", "begun", "training", "revision", "directory"]
          .map((name) => el("th", {}, name)))),
        el("tbody", {}, ...runs.map((run) => el("tr", {}, el("td", { class: "long" }, variants[run.variant]),
          el("td", { class: "figure" }, run.seed),
          el("td", { class: "figure" }, run.wanted ? `${run.epochs} of ${run.wanted}` : String(run.epochs)),
          el("td", {}, run.finished ? "finished" : "not finished"),
          el("td", {}, run.begun), el("td", { class: "figure" }, run.minutes === null ? "" : `${run.minutes} min`),
          el("td", {}, run.revision ?? ""),
          el("td", { class: "long" }, run.path)))))), false));
    if (data.notes.length) {
      section.append(el("h3", {}, "Left out, and other notes"),
        el("ul", {}, ...data.notes.map((line) => el("li", {}, line))));
    }
    section.append(el("p", { class: "hint" }, `Made by scripts/report.py on ${data.made}, from the `
      + "files of these runs."));
    return section;
  }

  // All

  function render() {
    const scroll = window.scrollY;
    stop();
    for (const chart of charts) if (chart.drawn) Plotly.purge(chart.node);
    watcher.disconnect();
    charts = [];
    onEpoch = [];
    if (data.waiting) {
      document.title = "waiting";
      main.replaceChildren(el("h1", {}, "Waiting for the first epoch"), el("p", {}, data.waiting));
      return;
    }
    main.replaceChildren(...[header(), legend(), answer(), samples(), curves(), layers(), details()]
      .filter(Boolean));
    window.scrollTo(0, scroll);
  }

  function setPrinting(on) {
    if (printing === on) return;
    printing = on;
    for (const node of document.querySelectorAll("details")) {
      if (on) {
        node.dataset.was = node.open;
        node.open = true;
      } else node.open = node.dataset.was === "true";
    }
    for (const chart of charts) draw(chart);
    renewLegend();
    for (const update of onEpoch) update();
  }

  dark.addEventListener("change", () => {
    redraw();
    renewLegend();
    for (const update of onEpoch) update();
  });
  addEventListener("beforeprint", () => setPrinting(true));
  addEventListener("afterprint", () => setPrinting(false));
  render();

  if (data.live) {
    const label = el("div", { class: "updated", role: "status" }, "live");
    document.body.append(label);
    const again = async () => {
      try {
        const answer = await fetch(`/data?${data.version}`);
        if (answer.status === 200) {
          data = await answer.json();
          render();
          label.textContent = `updated ${new Date().toLocaleTimeString()}`;
        }
      } catch {
        label.textContent = "no connection: the program has ended";
      }
      setTimeout(again, 2000);
    };
    setTimeout(again, 2000);
  }
})();
