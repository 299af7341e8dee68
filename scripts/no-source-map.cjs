/** Stands in for `source-map` in the bundles: Handlebars asks for it only to precompile templates, and does without. */
module.exports = {};
