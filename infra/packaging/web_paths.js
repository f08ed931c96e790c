// What has no dot in its path is a page of the app, which one file shows; the gateway says the same.
function handler(event) {
  var request = event.request;
  if (request.uri.indexOf('.') === -1) {
    request.uri = '/index.html';
  }
  return request;
}
