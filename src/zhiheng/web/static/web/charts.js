/* Live charts on top of the still ones. A figure with data-chart holds a drawing that needs no
   script and, beside it, the same numbers as JSON; where ECharts runs, it takes the drawing's
   place. Nothing here knows what the numbers mean. */
(function () {
  "use strict";

  var INK = "#1b2430", SOFT = "#4a5565", LINE = "#d8dee6", ACCENT = "#0f4c81", TARGET = "#a8231c";
  var FONT = window.getComputedStyle(document.body).fontFamily;

  function number(value, data) {
    return value === null || value === undefined ? "–" : value.toFixed(data.digits) + data.unit;
  }

  function tip(point, data) {
    var lines = ["{name|" + point.label + "}", data.words.estimate + "  " + number(point.value, data)];
    if (point.interval) { lines.push(data.words.interval + "  " + point.interval); }
    return lines.join("\n");
  }

  function tooltip(data) {
    return {
      trigger: "item",
      renderMode: "richText",
      formatter: function (item) {
        return data.points[item.dataIndex] ? tip(data.points[item.dataIndex], data) : "";
      },
      textStyle: { color: INK, fontFamily: FONT, rich: { name: { fontWeight: "bold", lineHeight: 22 } } }
    };
  }

  /* A bar from low to high with caps, across or upright. */
  function interval(upright) {
    return function (params, api) {
      var place = api.value(0), low = api.value(1), high = api.value(2);
      if (isNaN(low) || isNaN(high)) { return null; }
      var a = api.coord(upright ? [place, low] : [low, place]);
      var b = api.coord(upright ? [place, high] : [high, place]);
      var style = { stroke: ACCENT, lineWidth: 2, opacity: 0.75 };
      var cap = 5;
      function line(x1, y1, x2, y2) {
        return { type: "line", shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: style };
      }
      return {
        type: "group",
        children: upright
          ? [line(a[0], a[1], b[0], b[1]), line(a[0] - cap, a[1], a[0] + cap, a[1]),
             line(b[0] - cap, b[1], b[0] + cap, b[1])]
          : [line(a[0], a[1], b[0], b[1]), line(a[0], a[1] - cap, a[0], a[1] + cap),
             line(b[0], b[1] - cap, b[0], b[1] + cap)]
      };
    };
  }

  function targetLine(data, upright) {
    if (!data.target) { return undefined; }
    var at = upright ? { yAxis: data.target.value } : { xAxis: data.target.value };
    return {
      silent: true,
      symbol: "none",
      animation: false,
      lineStyle: { color: TARGET, width: 2, type: "dashed" },
      label: { formatter: data.target.label, color: TARGET, fontFamily: FONT, fontSize: 13,
               position: upright ? "insideEndTop" : "end" },
      data: [at]
    };
  }

  function span(data) {
    var values = [];
    data.points.forEach(function (p) {
      [p.value, p.low, p.high].forEach(function (v) {
        if (v !== null && v !== undefined) { values.push(v); }
      });
    });
    if (data.target) { values.push(data.target.value); }
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values);
    var margin = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
    var bottom = low - margin;
    if (low >= 0 && bottom < 0) { bottom = 0; }
    var top = high + margin;
    if (data.unit === "%" && high <= 100 && top > 100) { top = 100; }
    return [bottom, top];
  }

  function axes(data, upright) {
    var ends = span(data);
    var labels = data.points.map(function (p) { return p.label; });
    var category = {
      type: "category", data: labels, inverse: !upright,
      axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK, fontFamily: FONT, fontSize: 13, hideOverlap: upright,
                   interval: upright ? "auto" : 0 }
    };
    var value = {
      type: "value", min: ends[0], max: ends[1],
      splitLine: { lineStyle: { color: LINE } },
      axisLabel: { color: SOFT, fontFamily: FONT, showMinLabel: false, showMaxLabel: false,
                   hideOverlap: true, formatter: function (v) { return +v.toFixed(2) + data.unit; } }
    };
    return upright ? { xAxis: category, yAxis: value } : { xAxis: value, yAxis: category };
  }

  function option(data) {
    var upright = data.type === "trend";
    var drawn = axes(data, upright);
    var dots = data.points.map(function (p, i) {
      return {
        value: upright ? [i, p.value] : [p.value, i],
        symbolSize: p.self ? 15 : 10,
        itemStyle: { color: p.self ? INK : ACCENT }
      };
    });
    drawn.grid = { left: 8, right: upright ? 16 : 28, top: 28, bottom: 8, containLabel: true };
    drawn.tooltip = tooltip(data);
    drawn.animation = false;
    drawn.series = [
      {
        type: "custom", renderItem: interval(upright), silent: true, z: 2,
        dimensions: ["place", "low", "high"],
        encode: upright ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
        data: data.points.map(function (p, i) {
          return [i, p.low === null ? NaN : p.low, p.high === null ? NaN : p.high];
        })
      },
      {
        type: upright ? "line" : "scatter", data: dots, symbol: "circle", symbolSize: 10, z: 3,
        lineStyle: { color: ACCENT, width: 2 }, itemStyle: { color: ACCENT },
        markLine: targetLine(data, upright)
      }
    ];
    return drawn;
  }

  function bring(figure) {
    var data = JSON.parse(document.getElementById(figure.getAttribute("data-chart")).textContent);
    var still = figure.querySelector(".chart-still");
    var live = document.createElement("div");
    live.className = "chart-live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", figure.getAttribute("data-label"));
    if (data.type === "comparison") { live.style.height = 70 + 34 * data.points.length + "px"; }
    figure.insertBefore(live, still);
    still.style.display = "none";
    var chart = window.echarts.init(live, null, { renderer: "svg" });
    chart.setOption(option(data));
    chart.on("click", function (item) {
      var point = data.points[item.dataIndex];
      if (point && point.href) { window.location.href = point.href; }
    });
    window.addEventListener("resize", function () { chart.resize(); });
  }

  if (window.echarts) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart]"), bring);
  }
})();
