// `context` holds what the steps before have given; what is assigned to `result` is the step's output.
const { orders, products } = context;
const price = Object.fromEntries(products.map((product) => [product.sku, Number(product.price)]));
const lines = orders.flatMap((order) => order.lines);
result = {
  orders: orders.length,
  total: lines.reduce((sum, line) => sum + line.quantity * price[line.sku], 0),
};
