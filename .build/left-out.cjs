// Takes the place of packages in the bundle that Bolt loads and this bot never uses.
module.exports = {};
