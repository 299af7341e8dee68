/** Stands in for modules that libraries look for and do without: what a bundle holds must not depend on what a tool installs. */
module.exports = {};
