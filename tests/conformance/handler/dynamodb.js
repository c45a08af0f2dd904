// As much of a DynamoDB client as the function needs, so that it starts in no time: one signed request.

const { createHash, createHmac } = require('node:crypto');
const http = require('node:http');
const https = require('node:https');

const region = process.env.AWS_REGION;
const endpoint = new URL(
  process.env.CONFORMANCE_ENDPOINT ||
    process.env.AWS_ENDPOINT_URL_DYNAMODB ||
    process.env.AWS_ENDPOINT_URL ||
    `https://dynamodb.${region}.amazonaws.com`,
);
const transport = endpoint.protocol === 'https:' ? https : http;
const agent = new transport.Agent({ keepAlive: true });

const hash = (text) => createHash('sha256').update(text).digest('hex');
const keyed = (key, text) => createHmac('sha256', key).update(text).digest();

// Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
function signed(headers, body) {
  const {
    AWS_ACCESS_KEY_ID = 'test',
    AWS_SECRET_ACCESS_KEY = 'test',
    AWS_SESSION_TOKEN,
  } = process.env;
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const all = { ...headers, host: endpoint.host, 'x-amz-date': time };
  if (AWS_SESSION_TOKEN) all['x-amz-security-token'] = AWS_SESSION_TOKEN;
  const names = Object.keys(all).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    names.join(';'),
    hash(body),
  ].join('\n');
  const scope = [time.slice(0, 8), region, 'dynamodb', 'aws4_request'];
  const key = scope.reduce(keyed, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = keyed(
    key,
    ['AWS4-HMAC-SHA256', time, scope.join('/'), hash(canonical)].join('\n'),
  );
  all.authorization =
    `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope.join('/')}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature.toString('hex')}`;
  return all;
}

function once(operation, input) {
  const body = JSON.stringify(input);
  const headers = signed(
    {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body,
  );
  return new Promise((resolve, reject) => {
    const request = transport.request(
      endpoint,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part) => {
            text += part;
          })
          .on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
        });
      },
    );
    request.on('error', reject).end(body);
  });
}

// A kept connection may have been closed at the other end; a busy table may ask to come again.
exports.client = async function client(operation, input) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(operation, input);
    } catch (error) {
      if (attempt === 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
};
