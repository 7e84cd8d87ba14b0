# The simulated world as data: world files, their placeholders, stock contents, and what the service
# would publish.
target_sources(flowferry_core PRIVATE
  content_actions.cpp
  content_branches.cpp
  content_check.cpp
  content_contract.cpp
  content_null.cpp
  content_parameters.cpp
  content_references.cpp
  placeholders.cpp
  stock.cpp
  world_file.cpp
  world_yaml.cpp
)

foreach(flow
    default-agent-hold
    default-agent-transfer
    default-agent-whisper
    default-customer-hold
    default-customer-queue
    default-customer-whisper
    default-outbound
    default-queue-transfer
    sample-inbound
    sample-ab-test
    sample-disconnect
    sample-queue-configurations
    sample-queue-customer
    sample-lambda-integration
    sample-recording-behavior
    sample-note-for-screenpop
    sample-secure-input-no-agent
    sample-after-contact-work
    sample-secure-input-with-agent
    sample-interruptible-queue-callback
  )
  string(REPLACE "-" "_" symbol "flowferry_stock_${flow}")
  flowferry_embed(flowferry_core ${symbol} ${PROJECT_SOURCE_DIR}/data/stock/${flow}.json)
endforeach()
