#include "simulator/stock.h"

// The contents are files of data/stock/, embedded by the build (cmake/Embed.cmake).
#define FLOWFERRY_STOCK(symbol) \
  extern "C" const char flowferry_stock_##symbol##_begin[], flowferry_stock_##symbol##_end[];
FLOWFERRY_STOCK(default_agent_hold)
FLOWFERRY_STOCK(default_agent_transfer)
FLOWFERRY_STOCK(default_agent_whisper)
FLOWFERRY_STOCK(default_customer_hold)
FLOWFERRY_STOCK(default_customer_queue)
FLOWFERRY_STOCK(default_customer_whisper)
FLOWFERRY_STOCK(default_outbound)
FLOWFERRY_STOCK(default_queue_transfer)
FLOWFERRY_STOCK(sample_inbound)
FLOWFERRY_STOCK(sample_ab_test)
FLOWFERRY_STOCK(sample_disconnect)
FLOWFERRY_STOCK(sample_queue_configurations)
FLOWFERRY_STOCK(sample_queue_customer)
FLOWFERRY_STOCK(sample_lambda_integration)
FLOWFERRY_STOCK(sample_recording_behavior)
FLOWFERRY_STOCK(sample_note_for_screenpop)
FLOWFERRY_STOCK(sample_secure_input_no_agent)
FLOWFERRY_STOCK(sample_after_contact_work)
FLOWFERRY_STOCK(sample_secure_input_with_agent)
FLOWFERRY_STOCK(sample_interruptible_queue_callback)
#undef FLOWFERRY_STOCK

namespace flowferry::simulator {
namespace {

std::string_view text(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::vector<StockFlow> make_flows() {
#define TEXT(symbol) text(flowferry_stock_##symbol##_begin, flowferry_stock_##symbol##_end)
  return {
      {"Default agent hold", "AGENT_HOLD", "Audio played for the agent when on hold",
       TEXT(default_agent_hold), true},
      {"Default agent transfer", "AGENT_TRANSFER", "Default flow to transfer to an agent.",
       TEXT(default_agent_transfer), true},
      {"Default agent whisper", "AGENT_WHISPER", "Default whisper played to the agent.",
       TEXT(default_agent_whisper), true},
      {"Default customer hold", "CUSTOMER_HOLD", "Default audio the customer hears while on hold.",
       TEXT(default_customer_hold), true},
      {"Default customer queue", "CUSTOMER_QUEUE",
       "Default audio played when a customer is waiting in queue.", TEXT(default_customer_queue),
       true},
      {"Default customer whisper", "CUSTOMER_WHISPER", "Default whisper played to the customer",
       TEXT(default_customer_whisper), true},
      {"Default outbound", "OUTBOUND_WHISPER", "Default flow for outbound calls.",
       TEXT(default_outbound), true},
      {"Default queue transfer", "QUEUE_TRANSFER", "Default flow used to transfer to a queue.",
       TEXT(default_queue_transfer), true},
      {"Sample inbound flow (first contact experience)", "CONTACT_FLOW",
       "First contact flow experience", TEXT(sample_inbound), false},
      {"Sample AB test", "CONTACT_FLOW", "Performs A/B call distribution", TEXT(sample_ab_test),
       false},
      {"Sample disconnect flow", "CONTACT_FLOW",
       "Waits for a customer who left a chat to come back", TEXT(sample_disconnect), false},
      {"Sample queue configurations flow", "CONTACT_FLOW",
       "Puts a customer in queue, with a priority of their choice",
       TEXT(sample_queue_configurations), false},
      {"Sample queue customer", "CONTACT_FLOW", "Places the customer in a queue",
       TEXT(sample_queue_customer), false},
      {"Sample Lambda integration", "CONTACT_FLOW",
       "Invokes a Lambda function to look up customer information", TEXT(sample_lambda_integration),
       false},
      {"Sample recording behavior", "CONTACT_FLOW", "Sample flow to enable recording behavior",
       TEXT(sample_recording_behavior), false},
      {"Sample note for screenpop", "CONTACT_FLOW", "Sets a note for the agent's screen",
       TEXT(sample_note_for_screenpop), false},
      {"Sample secure input with no agent", "CONTACT_FLOW",
       "Enables the customer to enter digits in private, without an agent",
       TEXT(sample_secure_input_no_agent), false},
      {"Sample after contact work flow", "CONTACT_FLOW",
       "Shows a page to the agent after a contact", TEXT(sample_after_contact_work), false},
      {"Sample secure input with agent", "QUEUE_TRANSFER",
       "Enables the customer to enter digits in private, with the agent on hold",
       TEXT(sample_secure_input_with_agent), false},
      {"Sample interruptible queue flow with callback", "CUSTOMER_QUEUE",
       "Plays looping prompts and offers a callback", TEXT(sample_interruptible_queue_callback),
       false},
  };
#undef TEXT
}

}  // namespace

const std::vector<StockFlow>& stock_flows() {
  static const std::vector<StockFlow> flows = make_flows();
  return flows;
}

const std::vector<StockResource>& stock_resources() {
  using K = ResourceKind;
  static const std::vector<StockResource> resources = {
      {K::queue, "BasicQueue", "A simple, basic voice queue.", ""},
      {K::hours_of_operation, "Basic Hours", "Open Monday to Friday, 9 to 5", ""},
      {K::routing_profile, "Basic Routing Profile", "A simple routing profile.", ""},
      {K::security_profile, "Admin", "Administrators can perform all actions.", ""},
      {K::security_profile, "Agent", "Agents can handle contacts.", ""},
      {K::security_profile, "CallCenterManager", "Call center managers manage users and routing.",
       ""},
      {K::security_profile, "QualityAnalyst", "Quality analysts review contacts.", ""},
      {K::agent_status, "Available", "Available", "ROUTABLE"},
      {K::agent_status, "Offline", "Offline", "OFFLINE"},
      {K::prompt, "Beep.wav", "", ""},
      {K::prompt, "CustomerHold.wav", "", ""},
      {K::prompt, "CustomerQueue.wav", "", ""},
      {K::prompt, "Music_Jazz_MyTimetoFly_Inst.wav", "", ""},
      {K::prompt, "Music_Pop_ThisAndThatIsLife_Inst.wav", "", ""},
      {K::prompt, "Music_Pop_ThrowYourselfInFrontOfIt_Inst.wav", "", ""},
      {K::prompt, "Music_Rock_EverywhereTheSunShines_Inst.wav", "", ""},
  };
  return resources;
}

const std::vector<ManagedView>& managed_views() {
  static const std::vector<ManagedView> views = {
      {"after-contact-work", "after-contact-work", "Wraps up a contact", 1},
      {"cards", "cards", "Presents a choice of cards", 1},
      {"confirmation", "confirmation", "Confirms what was done", 1},
      {"detail", "detail", "Shows details to an agent", 1},
      {"form", "form", "Collects input in a form", 1},
      {"formWithSteps", "formWithSteps", "Collects input in steps", 1},
      {"list", "list", "Presents a list", 1},
      {"wizard", "wizard", "Leads through steps", 1},
  };
  return views;
}

}  // namespace flowferry::simulator
