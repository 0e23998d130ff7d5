/* Flask-Admin's pages only: its date picker and choice boxes speak English of their own, and its
   filter script expects a tooltip plugin that Tabler adds only after the page is parsed. */
(() => {
  "use strict";
  const $ = window.jQuery;
  if (!$.fn.tooltip) $.fn.tooltip = function () { return this; };
  if (document.documentElement.lang !== "vi") return;

  const months = Array.from({ length: 12 }, (_, month) => `Tháng ${month + 1}`);
  const days = ["CN", "T2", "T3", "T4", "T5", "T6", "T7"];
  const words = {
    applyLabel: "Áp dụng", cancelLabel: "Bỏ qua", fromLabel: "Từ ngày", toLabel: "Đến ngày",
    weekLabel: "T", customRangeLabel: "Tự chọn", daysOfWeek: days, monthNames: months, firstDay: 1,
  };

  const picker = $.fn.daterangepicker;
  if (picker) {
    $.fn.daterangepicker = function (options, callback) {
      return picker.call(this, { locale: words, ...options }, callback);
    };
  }

  const choices = $.fn.select2?.defaults;
  if (choices) {
    Object.assign(choices, {
      formatNoMatches: () => "Không tìm thấy",
      formatSearching: () => "Đang tìm…",
      formatLoadMore: () => "Đang tải thêm…",
      formatAjaxError: () => "Chưa tải được danh sách. Hãy thử lại.",
      formatInputTooShort: (input, least) => `Hãy gõ thêm ${least - input.length} ký tự`,
      formatInputTooLong: (input, most) => `Hãy xóa bớt ${input.length - most} ký tự`,
      formatSelectionTooBig: (most) => `Chỉ được chọn ${most} mục`,
      formatMatches: (count) => `${count} kết quả; dùng phím mũi tên để chọn`,
    });
  }
})();
