// Topics through the SDK: the Query protocol there and back.

import {
  CreateTopicCommand, DeleteTopicCommand, GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, ListTagsForResourceCommand,
  ListTopicsCommand, PublishBatchCommand, PublishCommand, SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand, SubscribeCommand, TagResourceCommand, UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';

import { createQueue, takeMessages } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

test('a topic from its making to its end', async (t) => {
  const { sns } = await startServer(t);
  const { TopicArn } = await sns.send(new CreateTopicCommand(
    { Name: 'orders', Attributes: { DisplayName: 'a & b' }, Tags: [{ Key: 'k', Value: 'v' }] }));
  assert.equal(TopicArn, 'arn:aws:sns:us-east-1:000000000000:orders');
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  assert.equal(Attributes.DisplayName, 'a & b');
  await sns.send(new SetTopicAttributesCommand(
    { TopicArn, AttributeName: 'DisplayName', AttributeValue: '' }));
  await sns.send(new TagResourceCommand(
    { ResourceArn: TopicArn, Tags: [{ Key: 'l', Value: '' }] }));
  const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
  assert.deepEqual(Tags, [{ Key: 'k', Value: 'v' }, { Key: 'l', Value: '' }]);
  assert.deepEqual((await sns.send(new ListTopicsCommand({}))).Topics, [{ TopicArn }]);
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  await assert.rejects(sns.send(new GetTopicAttributesCommand({ TopicArn })),
    { name: 'NotFoundException', message: 'Topic does not exist' });
});

test('what is published reaches the queues, wrapped or raw, over a restart too', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  const wrapped = await createQueue(server, 'wrapped');
  const raw = await createQueue(server, 'raw');
  const { TopicArn } = await server.sns.send(new CreateTopicCommand({ Name: 'orders' }));
  const subscribe = (Endpoint) =>
    server.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  await subscribe(wrapped.arn);
  const { SubscriptionArn } = await subscribe(raw.arn);
  await server.sns.send(new SetSubscriptionAttributesCommand(
    { SubscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' }));
  await server.stop();

  server = await startServer(t, { folder });
  const { MessageId } = await server.sns.send(new PublishCommand({
    TopicArn, Message: '{"a": "ü\\n"}', Subject: 'subject',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
  }));
  const notification = JSON.parse((await server.sqs.send(new ReceiveMessageCommand(
    { QueueUrl: urlOf(server, 'wrapped') }))).Messages[0].Body);
  assert.equal(notification.MessageId, MessageId);
  assert.equal(notification.Message, '{"a": "ü\\n"}');
  assert.equal(notification.Subject, 'subject');
  assert.deepEqual(notification.MessageAttributes, { kind: { Type: 'String', Value: 'x' } });
  const { Messages } = await server.sqs.send(new ReceiveMessageCommand(
    { QueueUrl: urlOf(server, 'raw'), MessageAttributeNames: ['All'] }));
  assert.equal(Messages[0].Body, '{"a": "ü\\n"}');
  assert.equal(Messages[0].MessageAttributes.kind.StringValue, 'x');

  const { Attributes } = await server.sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  assert.equal(Attributes.RawMessageDelivery, 'true');
  await server.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  const { Subscriptions } =
    await server.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  assert.deepEqual(Subscriptions.map(({ Endpoint }) => Endpoint), [wrapped.arn]);
});

test('a batch is answered entry by entry', async (t) => {
  const server = await startServer(t);
  const { TopicArn } = await server.sns.send(new CreateTopicCommand({ Name: 'orders' }));
  const queue = await createQueue(server);
  await server.sns.send(new SubscribeCommand({
    TopicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes: { RawMessageDelivery: 'true' } }));
  const { Successful, Failed } = await server.sns.send(new PublishBatchCommand({
    TopicArn,
    PublishBatchRequestEntries: [{ Id: 'a', Message: '1' }, { Id: 'b', Message: '' },
      { Id: 'c', Message: '3' }],
  }));
  assert.deepEqual(Successful.map(({ Id }) => Id), ['a', 'c']);
  assert.equal(Failed[0].Code, 'InvalidParameter');
  assert.deepEqual(await takeMessages(server, queue.url), [1, 3]);
});

test('what is not honoured is refused by name', async (t) => {
  const { sns } = await startServer(t);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'orders' }));
  await assert.rejects(sns.send(new SubscribeCommand(
    { TopicArn, Protocol: 'email', Endpoint: 'a@b' })),
  { name: 'InvalidParameterException', message: /The protocol email is not supported/ });
  await assert.rejects(sns.send(new CreateTopicCommand(
    { Name: 'orders.fifo', Attributes: { FifoTopic: 'true' } })), /FifoTopic is not supported/);
});

const urlOf = (server, name) => `${server.url}/000000000000/${name}`;
